use proptest::prelude::*;

use super::*;

fn given(name: &str, value: &str, source: Source) -> Given {
    Given {
        given: name.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        source,
    }
}

fn load(variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    load_in(folder.path(), variables)
}

fn load_in(folder: &Path, variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables = variables
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    Config::load(folder, variables, Flags::default()).map_err(|errors| {
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    })
}

proptest! {
    #[test]
    fn of_all_places_the_strongest_wins(toml: Option<u16>, dot_env: Option<u16>, env: Option<u16>, flag: Option<u16>) {
        let folder = tempfile::tempdir().unwrap();
        let text = |port: u16| format!("a:{port}");
        if let Some(port) = toml {
            std::fs::write(folder.path().join("parley.toml"), format!("listen = \"{}\"", text(port))).unwrap();
        }
        if let Some(port) = dot_env {
            std::fs::write(folder.path().join(".env"), format!("PARLEY_LISTEN={}", text(port))).unwrap();
        }
        let variables = env.map(|port| ("PARLEY_LISTEN".into(), text(port).into()));
        let flags = Flags { listen: flag.map(text), data_dir: None };
        let config = Config::load(folder.path(), variables, flags).unwrap();
        let expected = flag.or(env).or(dot_env).or(toml).map_or("127.0.0.1:8080".to_owned(), text);
        prop_assert_eq!(config.listen.to_string(), expected);
    }

    #[test]
    fn no_secret_is_ever_shown(secret in "[a-zA-Z0-9@:/]{4,20}") {
        let secret = format!("hunter2{secret}");
        let smtp = format!("smtps://ana:{secret}@mail.example.org");
        let config = load(&[("PARLEY_SMTP_URL", &smtp)]).unwrap();
        let shown = format!("{config} {config:?}");
        prop_assert!(!shown.contains("hunter2"));
        prop_assert!(config.to_string().contains("smtps://ana:…@mail.example.org"));
        // A malformed one isn't shown either.
        for name in ["PARLEY_SECRET_KEY", "PARLEY_SMTP_URL", "PARLEY_DATABASE_URL"] {
            let error = load(&[(name, &secret)]).unwrap_err();
            prop_assert!(error.contains(name) && !error.contains("hunter2"), "{}", error);
        }
    }
}

#[test]
fn what_is_unknown_is_named_as_given() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("parley.toml"),
        "lsten = \"a:1\"\nlog = 1",
    )
    .unwrap();
    std::fs::write(folder.path().join(".env"), "PARLEY_DATADIR=x\n").unwrap();
    let error = load_in(folder.path(), &[("PARLEY_WHATEVER", "1")]).unwrap_err();
    assert!(
        error.contains("lsten in parley.toml: there is no such setting; is PARLEY_LISTEN meant?")
    );
    assert!(error.contains("log in parley.toml"));
    assert!(error.contains("PARLEY_DATADIR in .env"));
    assert!(error.contains("PARLEY_WHATEVER in the environment: there is no such setting"));
}

#[test]
fn a_malformed_or_empty_value_is_told_with_its_place() {
    let error = load(&[("PARLEY_LISTEN", "8080"), ("PARLEY_RATE_LIMITS", "")]).unwrap_err();
    assert!(
        error.contains("PARLEY_LISTEN in the environment: expected HOST:PORT"),
        "{error}"
    );
    assert!(
        error.contains("PARLEY_RATE_LIMITS in the environment: is empty"),
        "{error}"
    );
    assert!(load(&[("PARLEY_CORS_ORIGINS", "")]).is_ok());
}

#[test]
fn a_value_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("smtp"), "smtp://mail.example.org\n").unwrap();
    let config = load_in(folder.path(), &[("PARLEY_SMTP_URL_FILE", "smtp")]).unwrap();
    assert_eq!(config.smtp_url.unwrap().expose(), "smtp://mail.example.org");
    let error = load_in(folder.path(), &[("PARLEY_SMTP_URL_FILE", "none")]).unwrap_err();
    assert!(
        error.contains("PARLEY_SMTP_URL_FILE in the environment: none:"),
        "{error}"
    );
    let both = [
        ("PARLEY_SMTP_URL_FILE", "smtp"),
        ("PARLEY_SMTP_URL", "smtp://a"),
    ];
    assert!(
        load_in(folder.path(), &both)
            .unwrap_err()
            .contains("is given too")
    );
}

#[test]
fn a_stronger_place_replaces_a_file_that_is_not_there() {
    let mut errors = Vec::new();
    let layers = vec![
        vec![given("PARLEY_SMTP_URL_FILE", "/nowhere", Source::Toml)],
        vec![given("PARLEY_SMTP_URL", "smtp://a", Source::Environment)],
    ];
    let winners = merge(layers, &mut errors);
    assert_eq!(winners[&Name::SmtpUrl].given.value, "smtp://a");
    assert!(errors.is_empty());
}

#[test]
fn a_certificate_comes_from_one_place_and_whole() {
    let files = [("PARLEY_TLS_CERT", "/c.pem"), ("PARLEY_TLS_KEY", "/k.pem")];
    let acme = ("PARLEY_ACME_DOMAINS", "chat.example.org, www.example.org");
    let config = load(&files).unwrap();
    assert!(config.is_https() && config.origin().is_none());
    assert!(
        config
            .to_string()
            .contains("PARLEY_TLS_CERT=/c.pem  # from the environment")
    );
    let config = load(&[acme]).unwrap();
    assert_eq!(
        config.address("http://127.0.0.1"),
        "https://chat.example.org"
    );
    assert!(
        config
            .to_string()
            .contains("PARLEY_ACME_DOMAINS=chat.example.org,www.example.org")
    );
    assert!(
        config
            .to_string()
            .contains("PARLEY_ACME_DIRECTORY=https://acme-v02.api.letsencrypt.org")
    );

    let refused = |variables: &[(&str, &str)], reason: &str| {
        let error = load(variables).unwrap_err();
        assert!(error.contains(reason), "{variables:?}: {error}");
    };
    refused(
        &files[..1],
        "PARLEY_TLS_CERT in the environment: needs PARLEY_TLS_KEY too",
    );
    refused(
        &files[1..],
        "PARLEY_TLS_KEY in the environment: needs PARLEY_TLS_CERT too",
    );
    refused(&[files[0], files[1], acme], "PARLEY_TLS_CERT is given too");
    refused(
        &[("PARLEY_ACME_EMAIL", "a@example.org")],
        "needs PARLEY_ACME_DOMAINS too",
    );
    refused(
        &[("PARLEY_HTTP_LISTEN", "a:80")],
        "needs PARLEY_TLS_CERT or PARLEY_ACME_DOMAINS",
    );
    let listen = ("PARLEY_HTTP_LISTEN", "a:80");
    refused(&[files[0], files[1], listen], "needs PARLEY_PUBLIC_URL");
    refused(
        &[acme, ("PARLEY_PUBLIC_URL", "http://a")],
        "must begin with https://",
    );
    refused(
        &[acme, ("PARLEY_LISTEN", "unix:/p")],
        "a unix socket has no TLS",
    );
    for domain in [
        "*.example.org",
        "127.0.0.1",
        "a b",
        "-a.example",
        "",
        "a..b",
        "http://a",
    ] {
        assert!(
            load(&[("PARLEY_ACME_DOMAINS", domain)]).is_err(),
            "{domain}"
        );
    }
    for directory in ["http://a/dir", "a", "https:///dir"] {
        assert!(
            load(&[acme, ("PARLEY_ACME_DIRECTORY", directory)]).is_err(),
            "{directory}"
        );
    }
}
