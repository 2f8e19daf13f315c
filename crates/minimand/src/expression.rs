//! `cross_entropy(label_smoothing=0.1) + 0.5*dice` → objective.
//!
//! Grammar: `term (+|- term)*`, `term = [number *] name [(key=value, …)]`; a leading sign is allowed.

use crate::catalog::Catalog;
use crate::error::Error;
use crate::objective::Objective;
use crate::parameter::Value;

/// Reads an expression with the names of a catalogue.
pub(crate) fn parse(expression: &str, catalog: &Catalog) -> Result<Objective, Error> {
    let mut parser = Parser {
        expression,
        characters: expression.chars().collect(),
        at: 0,
    };
    let mut sum: Option<Objective> = None;
    let mut sign = parser.sign().unwrap_or(1.0);
    loop {
        let term = parser.term(catalog)?.scaled(sign)?;
        sum = Some(match sum {
            Some(sum) => sum.plus(&term),
            None => term,
        });
        match parser.sign() {
            Some(next) => sign = next,
            None => break,
        }
    }
    match sum {
        Some(sum) if parser.at == parser.characters.len() => Ok(sum),
        _ => Err(parser.expected("`+`, `-` or the end")),
    }
}

struct Parser<'a> {
    expression: &'a str,
    characters: Vec<char>,
    at: usize,
}

impl Parser<'_> {
    fn skip_space(&mut self) {
        while self
            .characters
            .get(self.at)
            .is_some_and(|c| c.is_whitespace())
        {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.characters.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn expected(&mut self, expected: &str) -> Error {
        let found = self
            .peek()
            .map_or("the end".to_string(), |c| format!("`{c}`"));
        Error::Syntax {
            expression: self.expression.to_string(),
            position: self.at + 1,
            expected: expected.to_string(),
            found,
        }
    }

    fn sign(&mut self) -> Option<f64> {
        if self.take('+') {
            Some(1.0)
        } else if self.take('-') {
            Some(-1.0)
        } else {
            None
        }
    }

    fn term(&mut self, catalog: &Catalog) -> Result<Objective, Error> {
        let mut coefficient = 1.0;
        if self.peek().is_some_and(|c| c.is_ascii_digit() || c == '.') {
            coefficient = self.number()?;
            if !self.take('*') {
                return Err(self.expected("`*` and the name of a loss"));
            }
        }
        let name = self.name("the name of a loss")?;
        let entry = catalog.find(&name)?;
        let mut arguments = Vec::new();
        if self.take('(') && !self.take(')') {
            loop {
                let key = self.name("the name of a parameter")?;
                if !self.take('=') {
                    return Err(self.expected("`=`"));
                }
                arguments.push((key, self.value()?));
                if self.take(')') {
                    break;
                }
                if !self.take(',') {
                    return Err(self.expected("`,` or `)`"));
                }
            }
        }
        entry.build(&arguments)?.scaled(coefficient)
    }

    fn name(&mut self, expected: &str) -> Result<String, Error> {
        let start = |c: char| c.is_ascii_alphabetic() || c == '_';
        if !self.peek().is_some_and(start) {
            return Err(self.expected(expected));
        }
        Ok(self.run(|c| start(c) || c.is_ascii_digit()))
    }

    /// The longest run of characters that fit.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> String {
        let from = self.at;
        while self.characters.get(self.at).is_some_and(|&c| fits(c)) {
            self.at += 1;
        }
        self.characters[from..self.at].iter().collect()
    }

    fn number(&mut self) -> Result<f64, Error> {
        self.skip_space();
        let from = self.at;
        self.at += usize::from(matches!(self.characters.get(self.at), Some('+' | '-')));
        self.run(|c| c.is_ascii_digit() || c == '.');
        let exponent = self.at;
        if matches!(self.characters.get(self.at), Some('e' | 'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.characters.get(self.at), Some('+' | '-')));
            if self.run(|c| c.is_ascii_digit()).is_empty() {
                self.at = exponent;
            }
        }
        let text: String = self.characters[from..self.at].iter().collect();
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(x),
            _ => {
                self.at = from;
                Err(self.expected("a finite number"))
            }
        }
    }

    fn value(&mut self) -> Result<Value, Error> {
        match self.peek() {
            Some('"') => {
                self.at += 1;
                let text = self.run(|c| c != '"');
                if self.take('"') {
                    Ok(Value::Text(text))
                } else {
                    Err(self.expected("a closing `\"`"))
                }
            }
            Some('[') => {
                self.at += 1;
                let mut numbers = Vec::new();
                while !self.take(']') {
                    if !numbers.is_empty() && !self.take(',') {
                        return Err(self.expected("`,` or `]`"));
                    }
                    numbers.push(self.number()?);
                }
                Ok(Value::Numbers(numbers))
            }
            Some(c) if c.is_ascii_alphabetic() => {
                let from = self.at;
                match self.run(|c| c.is_ascii_alphabetic()).as_str() {
                    "true" => Ok(Value::Bool(true)),
                    "false" => Ok(Value::Bool(false)),
                    "none" => Ok(Value::None),
                    _ => {
                        self.at = from;
                        Err(self.expected("a number, true, false, none, \"text\" or [list]"))
                    }
                }
            }
            Some(_) => self.number().map(Value::Number),
            None => Err(self.expected("a value")),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, Objective};

    fn read(text: &str) -> Result<Objective, Error> {
        text.parse()
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same() {
        for text in [
            "cross_entropy",
            "cross_entropy(label_smoothing=0.1) + 0.5*squentropy",
            "-focal(gamma=0.5, alpha=[0.25, 0.75]) - 2e-3*mae",
            " focal ( gamma = 1.5 , alpha = none )+ .5 * dice(activation=\"sigmoid\", squared=true)",
        ] {
            let objective = read(text).unwrap();
            let printed = objective.to_string();
            assert_eq!(read(&printed).unwrap().to_string(), printed, "{text}");
        }
        assert_eq!(read("1*mse() + -0").map(|o| o.to_string()).ok(), None);
        assert_eq!(
            read("2*mse - huber(delta=1)").unwrap().to_string(),
            "2*mse - huber"
        );
        assert_eq!(
            read("focal(gamma=3)").unwrap().to_string(),
            "focal(gamma=3)"
        );
    }

    #[test]
    fn errors_say_where_and_what() {
        let message = |text: &str| read(text).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(message("cros_entropy").contains("did you mean `cross_entropy`?"));
        assert!(message("focal(gama=2)").contains("did you mean `gamma`?"));
        assert!(message("focal(gamma=-1)").contains("must be a number ≥ 0, got -1"));
        assert!(message("focal(gamma=\"two\")").contains("a number"));
        assert!(message("focal(gamma=1, gamma=2)").contains("given once"));
        assert!(
            message("mse mae").contains("at character 5, expected `+`, `-` or the end, found `m`")
        );
        assert!(message("2 mse").contains("expected `*`"));
        assert!(message("focal(gamma=1e999)").contains("a finite number"));
        assert!(message("").contains("the name of a loss"));
        assert!(message("dice(activation=\"soft").contains("closing"));
        assert!(message("mse(delta=1)").contains("it has none"));
    }
}
