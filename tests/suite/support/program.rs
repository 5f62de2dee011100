//! A program at the front door, with the token of somebody's account.

use axum::body::Body;
use axum::http::{Method, Request, header};
use okaeri::actions::staff;
use okaeri::app::By;
use okaeri::domain::access::Via;
use okaeri::domain::person::StaffRole;
use okaeri::id::{AccountId, OrgId};
use serde_json::Value;

use super::world::{Person, Reply, World};

/// A program.
#[derive(Clone)]
pub struct Program {
    door: Person,
    pub token: String,
    pub account: AccountId,
}

impl Program {
    /// The program of somebody new at an organisation.
    pub async fn of(world: &World, login: &str, org: OrgId, role: StaffRole) -> Self {
        let account = world.staff(login, org, role).await;
        let tx = world.app.change_by(By::program(Via::Cli)).await.unwrap();
        let token = staff::create_token(tx, account, org, "test").await.unwrap();
        Self { door: world.stranger(), token, account }
    }

    /// The same with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(body.to_string()), None).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, Some(body.to_string()), None).await
    }

    /// Posts with an `Idempotency-Key`.
    pub async fn once(&self, key: &str, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(body.to_string()), Some(key)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<String>, key: Option<&str>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, Body::from);
        self.door.request(request.body(body).unwrap()).await
    }
}
