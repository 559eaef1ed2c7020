//! The socket's file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use catga::transport::Transport;
use catga::transport::unix::{BindError, UnixLimits, UnixServer};

use crate::{path, server};

#[tokio::test]
async fn it_has_the_permissions_that_were_asked_for_and_goes_with_the_server() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    server.close(Duration::ZERO).await;
    drop(server);
    while path.exists() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_that_a_dead_process_has_left_is_replaced() {
    let path = path();
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let server = server(&path, UnixLimits::default()).await;
    assert!(tokio::net::UnixStream::connect(&path).await.is_ok());
    drop(server);
}

#[tokio::test]
async fn one_that_is_used_is_not_taken() {
    let path = path();
    let first = server(&path, UnixLimits::default()).await;
    assert!(matches!(UnixServer::bind(&path).await, Err(BindError::Taken)));
    assert!(tokio::net::UnixStream::connect(&path).await.is_ok());
    drop(first);
}

#[tokio::test]
async fn a_file_of_another_kind_stays() {
    let path = path();
    fs::write(&path, "somebody's").unwrap();
    assert!(matches!(UnixServer::bind(&path).await, Err(BindError::NotASocket)));
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's");
    fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn one_that_another_has_put_there_stays() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    fs::remove_file(&path).unwrap();
    let _other = std::os::unix::net::UnixListener::bind(&path).unwrap();
    server.close(Duration::ZERO).await;
    drop(server);
    // Its task has ended when nobody else holds the first socket; the file is another's.
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    assert!(path.exists());
    fs::remove_file(path).unwrap();
}
