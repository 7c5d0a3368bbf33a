//! One spelling for what a literal of a type says: PostgreSQL prints the value, not the text.

mod jsonb;

/// Returns the text of a literal of a type as all that say the same have it; none where it is left as it is.
pub(super) fn canonical(text: &str, ty: &str) -> Option<String> {
    match ty {
        "timestamp" => timestamp(text),
        "date" => date(text),
        "time" => time(text),
        "interval" => interval(text),
        "double precision" => number::<f64>(text),
        "real" => number::<f32>(text),
        "bytea" => bytea(text),
        "uuid" => uuid(text),
        "jsonb" => jsonb::canonical(text),
        // A name; the schema `public` is left out as everywhere.
        "regclass" | "regcollation" | "regconfig" | "regdictionary" | "regproc" | "regtype" => {
            ["public.", "pg_catalog."].iter().find_map(|own| text.strip_prefix(own)).map(str::to_owned)
        }
        _ => None,
    }
}

/// `2020-01-01`, `2020-01-01T10:00`: with a space and the seconds.
fn timestamp(text: &str) -> Option<String> {
    let text = text.trim();
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let is_date = date.len() == 10 && date.chars().all(|c| c.is_ascii_digit() || c == '-');
    let is_time = time.chars().all(|c| c.is_ascii_digit() || c == ':');
    let seconds = match time.split(':').count() {
        2 => ":00",
        3 => "",
        _ => return None,
    };
    (is_date && is_time).then(|| format!("{date} {time}{seconds}"))
}

/// `2020-1-2`: with all digits; a year of four digits goes first in every style.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim().split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let is_number = |part: &&str| part.chars().all(|c| c.is_ascii_digit()) && !part.is_empty();
    let fits = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    (fits && parts.iter().all(is_number)).then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

/// `10:00`: with the seconds.
fn time(text: &str) -> Option<String> {
    let text = text.trim();
    let is_part = |part: &str| part.len() == 2 && part.chars().all(|c| c.is_ascii_digit());
    (text.split(':').all(is_part) && text.split(':').count() == 2).then(|| format!("{text}:00"))
}

/// `0.0000`, `1e5`: the value; in a form of its own, since only values are compared.
fn number<T: std::str::FromStr + std::fmt::LowerExp>(text: &str) -> Option<String> {
    let text = text.trim();
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    text.parse::<T>().ok().filter(|_| is_plain).map(|value| format!("{value:e}"))
}

/// `\x0A`, and bytes that are no digits: the bytes, as PostgreSQL prints them.
fn bytea(text: &str) -> Option<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    if let Some(digits) = text.strip_prefix("\\x") {
        let is_whole = digits.len() % 2 == 0 && digits.chars().all(|c| c.is_ascii_hexdigit());
        return is_whole.then(|| format!("\\x{}", digits.to_ascii_lowercase()));
    }
    (!text.contains('\\')).then(|| format!("\\x{}", hex(text.as_bytes())))
}

/// `A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11`, in braces and with or without its lines: in small letters.
fn uuid(text: &str) -> Option<String> {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let digits: String = text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    (digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit())).then_some(digits)
}

/// `7 days`, `1 week`, `24:00:00`, `1 mon 2 days 03:00:00`: months, days and microseconds, which is what PostgreSQL keeps.
fn interval(text: &str) -> Option<String> {
    const SECOND: i64 = 1_000_000;
    let (mut months, mut days, mut micros) = (0_i64, 0_i64, 0_i64);
    let mut words = text.split_whitespace().peekable();
    words.peek()?;
    while let Some(word) = words.next() {
        if word.contains(':') {
            let parts: Vec<i64> = word.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
            let (hours, minutes, seconds) = match parts.as_slice() {
                [hours, minutes] => (*hours, *minutes, 0),
                [hours, minutes, seconds] => (*hours, *minutes, *seconds),
                _ => return None,
            };
            if word.starts_with('-') {
                return None;
            }
            let minutes = hours.checked_mul(60)?.checked_add(minutes)?;
            micros =
                micros.checked_add(minutes.checked_mul(60)?.checked_add(seconds)?.checked_mul(SECOND)?)?;
            continue;
        }
        let count: i64 = word.parse().ok()?;
        // A number alone counts seconds.
        let unit = words.next().unwrap_or("seconds").to_ascii_lowercase();
        let (into, each) = match unit.as_str() {
            "year" | "years" | "yr" | "yrs" | "y" => (&mut months, 12),
            "month" | "months" | "mon" | "mons" => (&mut months, 1),
            "week" | "weeks" | "w" => (&mut days, 7),
            "day" | "days" | "d" => (&mut days, 1),
            "hour" | "hours" | "hr" | "hrs" | "h" => (&mut micros, 3600 * SECOND),
            "minute" | "minutes" | "min" | "mins" | "m" => (&mut micros, 60 * SECOND),
            "second" | "seconds" | "sec" | "secs" | "s" => (&mut micros, SECOND),
            _ => return None,
        };
        *into = into.checked_add(count.checked_mul(each)?)?;
    }
    Some(format!("{months} mons {days} days {micros} microseconds"))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn what_says_the_same_is_the_same() {
        let check = |ty: &str, a: &str, b: &str, expected: bool| {
            let spelt = |text: &str| canonical(text, ty).unwrap_or_else(|| text.to_owned());
            assert_eq!(spelt(a) == spelt(b), expected, "{ty} {a} {b}");
        };
        check("timestamp", "2020-01-01", "2020-01-01 00:00:00", true);
        check("timestamp", "2020-01-01T10:00", "2020-01-01 10:00:00", true);
        check("timestamp", "2020-01-01", "2020-01-02 00:00:00", false);
        check("timestamp", "infinity", "infinity", true);
        check("date", "2020-1-2", "2020-01-02", true);
        check("date", "2020-1-2", "2020-02-01", false);
        check("date", "01-02-2020", "2020-01-02", false);
        check("time", "10:00", "10:00:00", true);
        check("time", "10:00", "10:00:01", false);
        check("interval", "1 day", "1 day", true);
        check("interval", "1 week", "7 days", true);
        check("interval", "24 hours", "24:00:00", true);
        check("interval", "24 hours", "1 day", false);
        check("interval", "1 year 2 months", "14 mons", true);
        check("interval", "90 minutes", "01:30:00", true);
        check("interval", "30 days", "1 mon", false);
        check("interval", "0", "00:00:00", true);
        check("interval", "1 0", "1", false);
        check("interval", "P1D", "P1D", true);
        check("interval", "", "0", false);
        check("jsonb", "{\"a\":1}", "{\"a\": 1}", true);
        check("double precision", "0.0000", "0", true);
        check("double precision", "-1.50", "-1.5", true);
        check("double precision", "1e5", "100000", true);
        check("double precision", "1", "1.1", false);
        check("double precision", "NaN", "0", false);
        check("real", "0.1", "0.10", true);
        check("bytea", "", "\\x", true);
        check("bytea", "abc", "\\x616263", true);
        check("bytea", "\\x0A", "\\x0a", true);
        check("bytea", "\\x0a", "\\x0b", false);
        check("bytea", "\\000", "\\x00", false);
        check("uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", true);
        check("uuid", "a0", "A0", false);
        check("json", "{\"a\":1}", "{\"a\": 1}", false);
    }
}
