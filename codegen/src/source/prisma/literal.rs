//! How numbers are written, and texts that stand for values: moments and bytes.

/// A moment as RFC 3339 writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// `2024-01-02`.
    pub(super) date: String,
    /// `10:00:00`.
    time: String,
    /// Digits of the second's fraction.
    fraction: String,
    /// `+02:00`.
    offset: String,
}

impl Moment {
    /// Reads `2024-01-02T10:00:00.5Z`; nothing where the text is no moment.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (date, rest) = (text.get(..10)?, text.get(11..)?);
        if !matches!(text.get(10..11)?, "T" | "t" | " ") {
            return None;
        }
        let (time, rest) = (rest.get(..8)?, rest.get(8..)?);
        let digits =
            rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        let fraction = if rest.starts_with('.') { rest.get(1..=digits)? } else { "" };
        let offset = if rest.starts_with('.') { rest.get(1 + digits..)? } else { rest };
        if rest.starts_with('.') && digits == 0 {
            return None;
        }
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
        let is_there = (1..=12).contains(&month)
            && (1..=days(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        let offset = match offset {
            "Z" | "z" => "+00:00".to_owned(),
            offset => {
                let [hours, minutes] = numbers(offset.strip_prefix(['+', '-'])?, ':', [2, 2])?;
                (hours < 24 && minutes < 60).then(|| offset.to_owned())?
            }
        };
        let owned = str::to_owned;
        is_there.then(|| Self { date: owned(date), time: owned(time), fraction: owned(fraction), offset })
    }

    /// Returns it as Prisma's data model has it: with three, six or nine digits of a fraction, or none.
    pub(super) fn canonical(&self) -> String {
        let Self { date, time, offset, .. } = self;
        format!("{date}T{time}{}{offset}", self.digits())
    }

    /// Returns it as Prisma writes it in SQL.
    pub(super) fn sql(&self) -> String {
        let Self { date, time, offset, .. } = self;
        format!("{date} {time}{} {offset}", self.digits())
    }

    fn digits(&self) -> String {
        let digits = self.fraction.trim_end_matches('0');
        let width = digits.len().div_ceil(3) * 3;
        let digits = digits.get(..9).unwrap_or(digits);
        if digits.is_empty() { String::new() } else { format!(".{digits:0<width$}", width = width.min(9)) }
    }
}

/// Reads numbers of fixed widths between separators.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(separator);
    let mut read = [0; N];
    for (number, width) in read.iter_mut().zip(widths) {
        let part =
            parts.next().filter(|part| part.len() == width && part.bytes().all(|c| c.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(read)
}

fn days(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads base64; nothing where the text is none.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for digit in digits.bytes() {
        bits = (bits << 6) | u32::try_from(DIGITS.iter().position(|known| *known == digit)?).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// Tells whether Prisma reads a number: digits, a sign before them, a fraction behind them.
pub(super) fn is_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    text.split_once('.').map_or_else(|| is_digits(text), |(whole, part)| is_digits(whole) && is_digits(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_a_date_a_time_and_an_offset() {
        let canonical = |text| Moment::read(text).map(|moment| moment.canonical());
        assert_eq!(canonical("2020-03-19T14:21:00Z").as_deref(), Some("2020-03-19T14:21:00+00:00"));
        assert_eq!(
            canonical("2020-02-29t14:21:00.5-02:30").as_deref(),
            Some("2020-02-29T14:21:00.500-02:30")
        );
        assert_eq!(
            canonical("2020-01-01T00:00:00.123400Z").as_deref(),
            Some("2020-01-01T00:00:00.123400+00:00")
        );
        for wrong in
            ["tomorrow", "2020-01-01", "2021-02-29T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T00:00:00"]
        {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
        let moment = Moment::read("2020-03-19T14:21:00.123+02:00").unwrap();
        assert_eq!(moment.sql(), "2020-03-19 14:21:00.123 +02:00");
    }

    #[test]
    fn base64_is_filled_up_to_groups_of_four() {
        assert_eq!(base64("SGVsbG8=").as_deref(), Some(&b"Hello"[..]));
        assert_eq!(base64("AAEC/w==").as_deref(), Some(&[0, 1, 2, 255][..]));
        assert_eq!(base64(""), Some(Vec::new()));
        assert_eq!((base64("AQI"), base64("no base64!"), base64("A===")), (None, None, None));
    }
}
