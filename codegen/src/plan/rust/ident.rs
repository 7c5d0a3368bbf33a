//! Rust names: every text that becomes an identifier passes through [`RustIdent`], once.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result};

/// A Rust identifier: valid, in ASCII, in the case of its kind, and no keyword.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RustIdent(String);

impl RustIdent {
    /// Makes the name of a type or variant: `PascalCase`; a leading digit gets an `N` before it.
    pub fn pascal(text: &str) -> Self {
        let name = words(text).iter().map(|word| capitalised(word)).fold(String::new(), |mut name, word| {
            // `4.1` and `41` differ, and rustc's own lint allows an underscore between digits.
            let digits = name.ends_with(|c: char| c.is_ascii_digit())
                && word.starts_with(|c: char| c.is_ascii_digit());
            name.push_str(if digits { "_" } else { "" });
            name.push_str(&word);
            name
        });
        match name.as_str() {
            "" => Self("Empty".to_owned()),
            "Self" => Self("Self_".to_owned()),
            _ if name.starts_with(|c: char| c.is_ascii_digit()) => Self(format!("N{name}")),
            _ => Self(name),
        }
    }

    /// Makes the name of a field: `snake_case`, a raw identifier where it is a keyword; a leading digit gets an `n` before it.
    pub fn snake(text: &str) -> Self {
        let name = words(text).join("_");
        match name.as_str() {
            "" => Self("empty".to_owned()),
            // These four cannot be raw.
            "self" | "super" | "crate" | "_" => Self(format!("{name}_")),
            _ if name.starts_with(|c: char| c.is_ascii_digit()) => Self(format!("n{name}")),
            _ if KEYWORDS.contains(&name.as_str()) => Self(format!("r#{name}")),
            _ => Self(name),
        }
    }

    /// Makes the name of a module, which is a file's name too: never raw, and none that Cargo or Windows takes for another thing.
    pub fn module(text: &str) -> Self {
        let Self(name) = Self::snake(text);
        let bare = name.strip_prefix("r#").unwrap_or(&name);
        let taken = bare != name || FILES.contains(&bare);
        if taken { Self(format!("{bare}_")) } else { Self(name) }
    }

    /// Returns the name as it stands in code, with `r#` where it is raw.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name without `r#`, as serde and sqlx see it.
    pub fn bare(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }

    /// Puts words around the name; `before` and `after` are in the case of its kind.
    pub fn within(&self, before: &str, after: &str) -> Self {
        Self(format!("{before}{}{after}", self.bare()))
    }
}

impl Display for RustIdent {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.0)
    }
}

/// The names of one scope, with what each was given for.
#[derive(Clone, Debug)]
pub struct Scope<T> {
    taken: BTreeMap<RustIdent, Option<T>>,
}

impl<T: Clone> Scope<T> {
    /// Makes a scope in which some names are taken from the start.
    pub fn with_reserved(reserved: &[&str]) -> Self {
        Self { taken: reserved.iter().map(|name| (RustIdent((*name).to_owned()), None)).collect() }
    }

    /// Gives `wanted`, or with a number behind it where that is taken; then also what holds the name, if it is not reserved.
    pub fn give(&mut self, wanted: RustIdent, holder: T) -> (RustIdent, Option<T>) {
        let Some(other) = self.taken.get(&wanted).cloned() else {
            self.taken.insert(wanted.clone(), Some(holder));
            return (wanted, None);
        };
        // A field is known by its lower case; a number joins a type's name directly, unless that ends in one.
        let joined = wanted.bare().starts_with(|c: char| c.is_ascii_uppercase())
            && !wanted.bare().ends_with(|c: char| c.is_ascii_digit());
        let numbered =
            |number: u32| wanted.within("", &if joined { number.to_string() } else { format!("_{number}") });
        let name = (2..).map(numbered).find(|name| !self.taken.contains_key(name)).unwrap_or(wanted);
        self.taken.insert(name.clone(), Some(holder));
        (name, other)
    }

    /// Tells whether a name is taken.
    pub fn holds(&self, name: &RustIdent) -> bool {
        self.taken.contains_key(name)
    }
}

/// Splits a text into lower-case ASCII words: at everything but letters and digits, and at the humps of `camelCase`.
pub fn words(text: &str) -> Vec<String> {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            _ if c.is_ascii() => plain.push(c),
            _ if c.is_alphanumeric() => plain.push_str(&ascii(c)),
            _ => plain.push(' '),
        }
    }
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = plain.chars().collect();
    let mut inside = false;
    for (at, c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            // An apostrophe is a part of its word.
            inside &= *c == '\'';
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let after = chars.get(at + 1).copied().unwrap_or(' ');
        let hump = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && after.is_ascii_lowercase()));
        match words.last_mut() {
            Some(word) if inside && !hump => word.push(c.to_ascii_lowercase()),
            _ => words.push(c.to_ascii_lowercase().to_string()),
        }
        inside = true;
    }
    if words.is_empty() {
        // Values such as `<=` and `*` have no letters; their code points are a name.
        words = text.trim().chars().map(|c| format!("u{:x}", u32::from(c))).collect();
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// Writes a letter in ASCII. Rust takes other letters in names, but not in those of modules, and warns of many.
fn ascii(c: char) -> String {
    let lower: String = c.to_lowercase().collect();
    let known = LETTERS.iter().find(|(letters, _)| letters.contains(lower.as_str())).map(|(_, text)| *text);
    match known {
        Some(text) if lower != c.to_string() => capitalised(text),
        Some(text) => text.to_owned(),
        None => format!("u{:x}", u32::from(c)),
    }
}

/// Letters and what they are in ASCII: Latin with marks, and Cyrillic as Ukraine's passports write it, with Russian's own.
const LETTERS: &[(&str, &str)] = &[
    ("àáâãäåāăą", "a"),
    ("æ", "ae"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõöøōŏő", "o"),
    ("œ", "oe"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ß", "ss"),
    ("ţťŧț", "t"),
    ("þ", "th"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("а", "a"),
    ("б", "b"),
    ("в", "v"),
    ("г", "h"),
    ("ґ", "g"),
    ("д", "d"),
    ("еэ", "e"),
    ("є", "ie"),
    ("ж", "zh"),
    ("з", "z"),
    ("и", "y"),
    ("іїй", "i"),
    ("ё", "io"),
    ("к", "k"),
    ("л", "l"),
    ("м", "m"),
    ("н", "n"),
    ("о", "o"),
    ("п", "p"),
    ("р", "r"),
    ("с", "s"),
    ("т", "t"),
    ("у", "u"),
    ("ф", "f"),
    ("х", "kh"),
    ("ц", "ts"),
    ("ч", "ch"),
    ("ш", "sh"),
    ("щ", "shch"),
    ("ы", "y"),
    ("ьъ", ""),
    ("ю", "iu"),
    ("я", "ia"),
];

/// Keywords of edition 2024, reserved ones included, that may be raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// File names with a meaning of their own: to Cargo, to the crate itself, and to Windows.
const FILES: &[&str] =
    &["lib", "main", "mod", "bin", "support", "con", "prn", "aux", "nul", "core", "std", "alloc"];

#[cfg(test)]
mod tests {
    use super::{RustIdent, Scope};

    #[test]
    fn hostile_texts_become_names() {
        let check = |text: &str, pascal: &str, snake: &str, module: &str| {
            assert_eq!(RustIdent::pascal(text).as_str(), pascal, "{text}");
            assert_eq!(RustIdent::snake(text).as_str(), snake, "{text}");
            assert_eq!(RustIdent::module(text).as_str(), module, "{text}");
        };
        check("agent_runs", "AgentRuns", "agent_runs", "agent_runs");
        check("createdAt", "CreatedAt", "created_at", "created_at");
        check("HTTPServer", "HttpServer", "http_server", "http_server");
        check("type", "Type", "r#type", "type_");
        check("self", "Self_", "self_", "self_");
        check("Self", "Self_", "self_", "self_");
        check("1st", "N1st", "n1st", "n1st");
        check("gpt-4.1", "Gpt4_1", "gpt_4_1", "gpt_4_1");
        check("naïve", "Naive", "naive", "naive");
        check("Послуга", "Posluha", "posluha", "posluha");
        check("名前", "U540du524d", "u540du524d", "u540du524d");
        check("", "Empty", "empty", "empty");
        check("_", "U5f", "u5f", "u5f");
        check("<=", "U3cU3d", "u3c_u3d", "u3c_u3d");
        check("driver's", "Drivers", "drivers", "drivers");
        check("main", "Main", "main", "main_");
        check("Users & Auth", "UsersAuth", "users_auth", "users_auth");
    }

    #[test]
    fn a_name_is_given_once() {
        let mut scope = Scope::with_reserved(&["Option"]);
        let mut give = |text: &str| {
            let (name, other) = scope.give(RustIdent::pascal(text), text.to_owned());
            (name.to_string(), other)
        };
        assert_eq!(give("a_b"), ("AB".to_owned(), None));
        assert_eq!(give("a-b"), ("AB2".to_owned(), Some("a_b".to_owned())));
        assert_eq!(give("AB"), ("Ab".to_owned(), None));
        assert_eq!(give("option"), ("Option2".to_owned(), None));
        assert_eq!(give("v1"), ("V1".to_owned(), None));
        assert_eq!(give("v-1"), ("V1_2".to_owned(), Some("v1".to_owned())));
    }
}
