//! How many tests ran, read from the reports of nextest and Vitest.

/// Tests that ran, by outcome and, for those that exist once a database, by database.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) sqlite: usize,
    pub(crate) postgres: usize,
}

impl Counts {
    pub(crate) fn total(&self) -> usize {
        self.passed + self.failed
    }

    pub(crate) fn add(&mut self, other: &Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.sqlite += other.sqlite;
        self.postgres += other.postgres;
    }
}

/// Reads nextest's JUnit report. A test that runs on a database ends in its name.
pub(crate) fn junit(report: &str) -> Counts {
    let mut counts = Counts::default();
    for case in report.split("<testcase ").skip(1) {
        let case = case.split("</testcase>").next().unwrap_or(case);
        let Some(name) = attribute(case, "name") else {
            continue;
        };
        if case.contains("<failure") || case.contains("<error") {
            counts.failed += 1;
        } else {
            counts.passed += 1;
        }
        if name.ends_with("::sqlite") {
            counts.sqlite += 1;
        } else if name.ends_with("::postgres") {
            counts.postgres += 1;
        }
    }
    counts
}

/// Reads Vitest's JSON report; `None` when it isn't one.
pub(crate) fn vitest(report: &str) -> Option<Counts> {
    Some(Counts {
        passed: number(report, "numPassedTests")?,
        failed: number(report, "numFailedTests")?,
        ..Counts::default()
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let head = tag.split('>').next()?;
    // The first attribute stands at the very start, the others after a space.
    let start = if head.starts_with(&format!("{name}=\"")) {
        0
    } else {
        head.find(&format!(" {name}=\""))? + 1
    };
    head[start + name.len() + 2..].split('"').next()
}

fn number(report: &str, key: &str) -> Option<usize> {
    let (_, after) = report.split_once(&format!("\"{key}\":"))?;
    let digits: String = after
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_by_outcome_and_database() {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="5" failures="2" errors="0">
  <testsuite name="store::messages" tests="4" failures="2">
    <testcase name="history_pages::sqlite" classname="store::messages" time="0.2">
    </testcase>
    <testcase name="history_pages::postgres" classname="store::messages" time="0.3">
      <failure message="a &lt;testcase&gt; &quot;name&quot;" type="test failure">no</failure>
    </testcase>
    <testcase classname="store::messages" name="numbers::sqlite" time="0.1"/>
    <testcase name="numbers::postgres" classname="store::messages">
        <error type="test timeout"/>
    </testcase>
    <testcase name="words_parse" classname="model::postgres"></testcase>
  </testsuite>
</testsuites>"#;
        let expected = Counts {
            passed: 3,
            failed: 2,
            sqlite: 2,
            postgres: 2,
        };
        assert_eq!(junit(report), expected);
    }

    #[test]
    fn an_empty_report_counts_nothing() {
        assert_eq!(junit("<testsuites></testsuites>"), Counts::default());
        assert_eq!(vitest("not a report"), None);
    }

    #[test]
    fn vitest_reports_are_read_by_their_totals() {
        let report = r#"{"numTotalTests":12,"numPassedTests":11,"numFailedTests": 1}"#;
        let counts = vitest(report).unwrap();
        assert_eq!((counts.passed, counts.failed), (11, 1));
    }
}
