CREATE TABLE public.rooms (id int4range, during tstzrange, size int, twice int GENERATED ALWAYS AS (size * 2), PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE public.bookings (
    room int4range,
    at tstzrange,
    price numeric CONSTRAINT price_is_known NOT NULL,
    gross numeric GENERATED ALWAYS AS (price * 1.2) STORED,
    CONSTRAINT cheap CHECK (price < 1000) NOT ENFORCED,
    CONSTRAINT bookings_once UNIQUE (room, at WITHOUT OVERLAPS)
);
CREATE TABLE public.guests (id int PRIMARY KEY, host int REFERENCES public.guests NOT ENFORCED, name text, room int);
ALTER TABLE public.guests ADD CONSTRAINT named NOT NULL name NOT VALID;
ALTER TABLE public.guests ADD CONSTRAINT roomed NOT NULL room NO INHERIT;
COMMENT ON CONSTRAINT named ON public.guests IS 'since spring';
CREATE INDEX guests_name ON public.guests (name);
ALTER TABLE public.bookings ADD CONSTRAINT bookings_of_rooms FOREIGN KEY (room, PERIOD at) REFERENCES public.rooms (id, PERIOD during);
