//! One order, from the account to the certificate.

use std::time::Duration;

use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder, Order,
    OrderStatus, RetryPolicy,
};

use super::store::{Kept, Store};
use super::{Error, Proof, Settings};
use crate::certificate::Certificate;
use crate::challenge::Challenges;

/// How the authority is asked whether it is done.
const PATIENCE: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(500))
    .backoff(1.5)
    .timeout(Duration::from_secs(120));

/// Gets a certificate and keeps it.
pub(super) async fn fetch(
    settings: &Settings,
    store: &Store,
    challenges: &Challenges,
) -> Result<Certificate, Error> {
    let account = account(settings, store).await?;
    let names: Vec<_> = settings
        .domains
        .iter()
        .cloned()
        .map(Identifier::Dns)
        .collect();
    let order = account.new_order(&NewOrder::new(&names)).await;
    let mut order = match order {
        Ok(order) => order,
        Err(error) => {
            if forgot_us(&error) {
                store.forget_account().await?;
            }
            return Err(error.into());
        }
    };
    prove(&mut order, settings.proof, challenges).await?;
    let key = order.finalize().await?;
    let chain = order.poll_certificate(&PATIENCE).await?;
    let certificate = Certificate::from_pem(chain.as_bytes(), key.as_bytes())?;
    if let Err(error) = store.keep_certificate(&chain, &key).await {
        // It serves as well; asking again for what can't be kept would only use up what the authority gives.
        tracing::error!(%error, "the new certificate could not be kept for the next start");
    }
    Ok(certificate)
}

/// The account that is kept, or a new one.
async fn account(settings: &Settings, store: &Store) -> Result<Account, Error> {
    let builder = match &settings.root {
        Some(root) => Account::builder_with_root(root)?,
        None => Account::builder()?,
    };
    if let Some(credentials) = store.account(&settings.directory).await? {
        return Ok(builder.from_credentials(credentials).await?);
    }
    let contact = settings
        .email
        .as_ref()
        .map(|email| format!("mailto:{email}"));
    let contact: Vec<_> = contact.iter().map(String::as_str).collect();
    let new = NewAccount {
        contact: &contact,
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let (account, credentials) = builder
        .create(&new, settings.directory.clone(), None)
        .await?;
    let directory = settings.directory.clone();
    store
        .keep_account(&Kept {
            directory,
            credentials,
        })
        .await?;
    Ok(account)
}

/// Whether the authority doesn't know our account any more: the next try makes a new one.
fn forgot_us(error: &instant_acme::Error) -> bool {
    matches!(error, instant_acme::Error::Api(problem)
        if problem.r#type.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist"))
}

/// Answers a challenge for each name, and waits until the authority has looked.
async fn prove(order: &mut Order, proof: Proof, challenges: &Challenges) -> Result<(), Error> {
    let (kind, name) = match proof {
        Proof::Http => (ChallengeType::Http01, "HTTP-01"),
        Proof::Tls => (ChallengeType::TlsAlpn01, "TLS-ALPN-01"),
    };
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        // Proven not long ago, it needn't be again.
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let mut challenge = authorization
            .challenge(kind.clone())
            .ok_or(Error::NotOffered(name))?;
        let answer = challenge.key_authorization();
        match proof {
            Proof::Http => challenges.open_http(&challenge.token, answer.as_str()),
            Proof::Tls => {
                let name = challenge.identifier().to_string();
                challenges.open_tls(&name, answer.digest().as_ref())?;
            }
        }
        challenge.set_ready().await?;
    }
    let looked = order.poll_ready(&PATIENCE).await;
    match looked {
        Ok(OrderStatus::Ready) => Ok(()),
        Ok(_) | Err(instant_acme::Error::Api(_)) => Err(unproven(order, looked.err()).await),
        Err(error) => Err(error.into()),
    }
}

/// What the authority says of the name that it could not be convinced of.
async fn unproven(order: &mut Order, error: Option<instant_acme::Error>) -> Error {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        if authorization.refresh().await.is_err() {
            break;
        }
        let failed = authorization
            .challenges
            .iter()
            .find_map(|challenge| challenge.error.as_ref());
        if let Some(problem) = failed {
            return Error::Unproven {
                name: authorization.identifier().to_string(),
                reason: problem
                    .detail
                    .clone()
                    .unwrap_or_else(|| problem.to_string()),
            };
        }
    }
    error.map_or_else(
        || instant_acme::Error::Str("the order is invalid").into(),
        Error::from,
    )
}
