//! An in-memory Strigo partners API on loopback: stateful, strict about requests, with fault injection.
//!
//! HTTP/1.1 is implemented on plain sockets, because HTTP server libraries cannot break a connection at the exact moment
//! that a test needs. Shared by the `sandbox` example and the tests.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

pub use store::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, StoreFault};
use store::{STORE_PATH, StoreState};

mod store;

/// The only organization ID that the sandbox accepts.
pub const ORG_ID: &str = "sandboxOrg";
/// The API key of [`ORG_ID`].
pub const API_KEY: &str = "sandbox-key-0123456789";
/// The path prefix of all API routes.
pub const BASE_PATH: &str = "/api/v1";

/// The path prefix of what a person does in a browser.
pub const WEB_PATH: &str = "/team/";

/// A fault to inject into one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Returns 429 with this `retry-after` in seconds, regardless of the rate limit.
    TooManyRequests(u64),
    /// Resets the connection before the request is applied.
    ResetBefore,
    /// Applies the request, then resets the connection.
    ResetAfter,
    /// Applies the request, then closes the connection without a response.
    CloseAfter,
    /// Responds normally, then closes the connection without having announced it in a `connection: close` header.
    CloseIdle,
    /// Returns this error status with a JSON body, without applying the request.
    Status(u16),
    /// Applies the request, then returns this error status with an HTML page, as a proxy would.
    Html(u16),
    /// Applies the request, sends a part of the response body, and closes the connection.
    Truncated,
    /// Applies the request, sends a part of the response body, and resets the connection.
    ResetInBody,
    /// Applies the request and never responds.
    Hang,
    /// Returns 200 with `"result": "failure"`, without applying the request.
    Failure,
    /// Applies the request and returns this response body.
    Body(Vec<u8>),
    /// Returns 307 with this `location`.
    Redirect(String),
    /// Delays the response by this duration: half of it before the request is applied, half of it after.
    Latency(Duration),
}

impl Fault {
    /// The names that [`Fault::from_str`] accepts, for help and error messages.
    pub const NAMES: &str = "too-many:SECONDS, reset-before, reset-after, close-after, close-idle, status:CODE, html:CODE, \
                             truncated, reset-in-body, hang, failure, body:TEXT, redirect:URL, latency:MILLISECONDS";
}

impl FromStr for Fault {
    type Err = String;

    /// Parses `reset-before`, `status:503`, `html:502`, `latency:250` (milliseconds), and the other names in [`Fault::NAMES`].
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        let number =
            || value.parse::<u16>().map_err(|_| format!("fault '{name}' needs a number, for example {name}:502"));
        Ok(match name {
            "too-many" => Fault::TooManyRequests(number()?.into()),
            "reset-before" => Fault::ResetBefore,
            "reset-after" => Fault::ResetAfter,
            "close-after" => Fault::CloseAfter,
            "close-idle" => Fault::CloseIdle,
            "status" => Fault::Status(number()?),
            "html" => Fault::Html(number()?),
            "truncated" => Fault::Truncated,
            "reset-in-body" => Fault::ResetInBody,
            "hang" => Fault::Hang,
            "failure" => Fault::Failure,
            "body" => Fault::Body(value.as_bytes().to_owned()),
            "redirect" => Fault::Redirect(value.to_owned()),
            "latency" => Fault::Latency(Duration::from_millis(number()?.into())),
            _ => return Err(format!("unknown fault '{name}' [possible values: {}]", Self::NAMES)),
        })
    }
}

/// The configuration of the rate limit.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// Requests allowed per window.
    pub requests: u64,
    /// The length of a window. Windows begin at multiples of it since the Unix epoch.
    pub window: Duration,
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit { requests: 200, window: Duration::from_secs(60) }
    }
}

/// A request that the sandbox received.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path, including the query.
    pub path: String,
    /// The headers in the order received, with lowercase names.
    pub headers: Vec<(String, String)>,
    /// The request body.
    pub body: String,
    /// The status of the response, or 0 if there was no response.
    pub status: u16,
    /// The index of the connection that carried the request, from 0.
    pub connection: usize,
}

impl RecordedRequest {
    /// Returns the value of the header with this lowercase name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// The data, configuration, and request log of a sandbox.
#[derive(Default)]
pub struct State {
    /// The partners, as JSON objects.
    pub partners: Vec<Value>,
    /// The members, as pairs of partner ID and JSON object.
    pub members: Vec<(String, Value)>,
    /// The invitations, as pairs of partner ID and JSON object.
    pub invitations: Vec<(String, Value)>,
    /// The faults of the next requests, in order.
    pub faults: VecDeque<Fault>,
    /// The fault of all requests that `faults` does not cover.
    pub default_fault: Option<Fault>,
    /// The rate limit.
    pub limit: RateLimit,
    /// What happens at each request to the API.
    pub on_request: Option<Box<dyn Fn() + Send>>,
    /// The object store.
    pub store: StoreState,
    /// All requests received so far.
    pub requests: Vec<RecordedRequest>,
    /// The number of connections that are open. A request of a process that was killed may still be read from one.
    pub open_connections: usize,
    /// The highest number of requests that were in flight at the same time.
    pub max_in_flight: usize,
    in_flight: usize,
    window_index: u64,
    used_in_window: u64,
    created_count: u64,
    /// The URL of the server, without a path.
    root: String,
}

impl State {
    /// Returns a state with the sample data of the API reference.
    pub fn sample() -> Self {
        let partners = [
            ("yCoaiix2pRjxMjCn7", "w00t"),
            ("x6GHbXKBTPeAHpjmS", "w00t1"),
            ("hMJrmcqPDDjKwLN7Z", "woot13"),
            ("cYCk2Yq45qMQXGZkh", "w00t3"),
            ("ozSjhvAr8hMaQCLND", "newa"),
            ("mYsEBS6PeBeMpFCfQ", "BLUASD"),
            ("ggKqkNgY4KzQQoFsM", "w00tasd"),
            ("ntvXb3L2qdPbayRKZ", "nur"),
        ];
        let members = [("MzkRF9fPnq34SatJB", "niro@strigo.io"), ("BSwKLejmQtSsEyzE9", "nira@strigo.io")];
        let partner_id = partners[0].0;
        State {
            partners: partners.iter().map(|(id, name)| json!({"id": id, "name": name})).collect(),
            members: members
                .iter()
                .map(|(id, email)| {
                    let member = json!({"email": email, "id": id, "partner_id": partner_id, "role": "partner"});
                    (partner_id.to_owned(), member)
                })
                .collect(),
            ..State::default()
        }
    }

    /// Makes the person a member whose invitation has this ID. Returns their address.
    pub fn join(&mut self, invitation_id: &str) -> Option<String> {
        let (partner_id, invitation) =
            self.invitations.iter().find(|(_, invitation)| invitation["id"] == invitation_id)?;
        let (partner_id, email) = (partner_id.clone(), invitation["email"].as_str()?.to_owned());
        let is_member = |(id, member): &(String, Value)| *id == partner_id && member["email"] == *email;
        if !self.members.iter().any(is_member) {
            let member = json!({"email": email, "id": self.new_id(), "partner_id": partner_id, "role": "partner"});
            self.members.push((partner_id, member));
        }
        Some(email)
    }

    /// Removes a person from all partners. Returns whether there was one.
    pub fn leave(&mut self, email: &str) -> bool {
        let before = self.members.len();
        self.members.retain(|(_, member)| member["email"] != email);
        self.members.len() < before
    }

    /// Returns how many invitations were created for `email`.
    pub fn times_invited(&self, email: &str) -> usize {
        self.invitations.iter().filter(|(_, invitation)| invitation["email"] == email).count()
    }

    fn new_id(&mut self) -> String {
        self.created_count += 1;
        format!("sandboxMade{:06}", self.created_count)
    }
}

/// A running sandbox. Its threads serve until the process exits.
pub struct Sandbox {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Sandbox {
    /// Starts serving `state` on a loopback port; port 0 picks a free port.
    pub fn start(port: u16, state: State) -> io::Result<Self> {
        Self::start_with_clock(port, state, SystemTime::now)
    }

    /// Like [`Sandbox::start`], with `clock` as the time of day. It is called once per request.
    pub fn start_with_clock(
        port: u16,
        state: State,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let clock: Arc<Clock> = Arc::new(clock);
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let sandbox = Sandbox { address: listener.local_addr()?, state: Arc::new(Mutex::new(state)) };
        let state = Arc::clone(&sandbox.state);
        lock(&state).root = format!("http://{}", sandbox.address);
        thread::spawn(move || {
            for (index, stream) in listener.incoming().flatten().enumerate() {
                let (state, clock) = (Arc::clone(&state), Arc::clone(&clock));
                lock(&state).open_connections += 1;
                thread::spawn(move || {
                    // An I/O error ends this connection only: tests break connections on purpose.
                    let _ = Connection { stream, index, clock, buffer: Vec::new() }.serve(&state);
                    lock(&state).open_connections -= 1;
                });
            }
        });
        Ok(sandbox)
    }

    /// Returns the endpoint URL for `strigo`.
    pub fn endpoint(&self) -> String {
        format!("http://{}{BASE_PATH}", self.address)
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the URL of the object store.
    pub fn store_url(&self) -> String {
        format!("http://{}{}", self.address, STORE_PATH.trim_end_matches('/'))
    }

    /// Locks the state, to inspect or change it.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

type Clock = dyn Fn() -> SystemTime + Send + Sync;

struct Connection {
    stream: TcpStream,
    index: usize,
    clock: Arc<Clock>,
    /// Bytes received and not yet parsed.
    buffer: Vec<u8>,
}

impl Connection {
    fn serve(mut self, state: &Arc<Mutex<State>>) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        while let Some(request) = self.read_request()? {
            if request.path.starts_with(WEB_PATH) {
                let now = (self.clock)();
                let response = route_web(&mut lock(state), &request).into_bytes(now, "connection: close\r\n");
                return self.stream.write_all(&response);
            }
            if request.path.starts_with(STORE_PATH) {
                if self.serve_store(state, request)? {
                    continue;
                }
                return self.stream.shutdown(Shutdown::Both);
            }
            let fault = {
                let mut state = lock(state);
                state.on_request.iter().for_each(|call| call());
                state.in_flight += 1;
                state.max_in_flight = state.max_in_flight.max(state.in_flight);
                let next = state.faults.pop_front();
                next.or_else(|| state.default_fault.clone())
            };
            let latency = match fault {
                Some(Fault::Latency(duration)) => duration / 2,
                _ => Duration::ZERO,
            };
            thread::sleep(latency);
            if fault == Some(Fault::ResetBefore) {
                lock(state).in_flight -= 1;
                lock(state).requests.push(request);
                return reset(&self.stream);
            }
            let now = (self.clock)();
            let response = respond(&mut lock(state), request, fault.as_ref(), now);
            thread::sleep(latency);
            lock(state).in_flight -= 1;
            match fault {
                Some(Fault::ResetAfter) => return reset(&self.stream),
                Some(Fault::CloseAfter) => return self.stream.shutdown(Shutdown::Both),
                Some(Fault::Hang) => {
                    // Wait until the client closes the connection.
                    let _ = self.stream.read(&mut [0; 1]);
                    return Ok(());
                }
                Some(Fault::Truncated | Fault::ResetInBody) => {
                    self.stream.write_all(&response[..response.len() - 20])?;
                    self.stream.flush()?;
                    if fault == Some(Fault::ResetInBody) {
                        // Give the client time to read the partial body: a reset discards unread data.
                        thread::sleep(Duration::from_millis(50));
                        return reset(&self.stream);
                    }
                    return self.stream.shutdown(Shutdown::Both);
                }
                Some(Fault::CloseIdle) => {
                    self.stream.write_all(&response)?;
                    return self.stream.shutdown(Shutdown::Both);
                }
                _ => self.stream.write_all(&response)?,
            }
        }
        Ok(())
    }

    /// Serves a request to the object store. Returns whether the connection is kept.
    fn serve_store(&mut self, state: &Arc<Mutex<State>>, request: RecordedRequest) -> io::Result<bool> {
        let fault = lock(state).store.next_fault();
        match fault {
            Some(StoreFault::LostBefore) => {
                lock(state).store.requests.push(request);
                return Ok(false);
            }
            Some(StoreFault::LandsLate(delay)) => {
                let (state, clock) = (Arc::clone(state), Arc::clone(&self.clock));
                lock(&state).store.landing += 1;
                thread::spawn(move || {
                    thread::sleep(delay);
                    let mut state = lock(&state);
                    state.store.respond(request, None, clock());
                    state.store.landing -= 1;
                });
                return Ok(false);
            }
            Some(StoreFault::Latency(latency)) => thread::sleep(latency),
            _ => {}
        }
        let now = (self.clock)();
        let response = lock(state).store.respond(request, fault.as_ref(), now);
        if fault == Some(StoreFault::LostAfter) {
            return Ok(false);
        }
        self.stream.write_all(&response.into_bytes(now, ""))?;
        Ok(true)
    }

    /// Reads the next request. Returns `None` if the client has closed the connection.
    fn read_request(&mut self) -> io::Result<Option<RecordedRequest>> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut head = httparse::Request::new(&mut headers);
            match head.parse(&self.buffer).map_err(io::Error::other)? {
                httparse::Status::Complete(head_len) => {
                    let mut request = RecordedRequest {
                        method: head.method.unwrap_or_default().to_owned(),
                        path: head.path.unwrap_or_default().to_owned(),
                        headers: head
                            .headers
                            .iter()
                            .map(|header| {
                                let value = String::from_utf8_lossy(header.value).into_owned();
                                (header.name.to_ascii_lowercase(), value)
                            })
                            .collect(),
                        body: String::new(),
                        status: 0,
                        connection: self.index,
                    };
                    let body_len = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
                    let end: usize = head_len + body_len;
                    while self.buffer.len() < end {
                        if self.read_chunk()? == 0 {
                            return Ok(None);
                        }
                    }
                    request.body = String::from_utf8_lossy(&self.buffer[head_len..end]).into_owned();
                    self.buffer.drain(..end);
                    return Ok(Some(request));
                }
                httparse::Status::Partial if self.read_chunk()? == 0 => return Ok(None),
                httparse::Status::Partial => {}
            }
        }
    }

    fn read_chunk(&mut self) -> io::Result<usize> {
        let mut chunk = [0; 16 * 1024];
        let count = self.stream.read(&mut chunk)?;
        self.buffer.extend_from_slice(&chunk[..count]);
        Ok(count)
    }
}

/// Makes the following close send RST instead of FIN, by a linger time of zero.
fn reset(stream: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

/// A response, without the headers that all responses have.
struct Response {
    status: u16,
    content_type: &'static str,
    extra_headers: String,
    body: Vec<u8>,
}

impl Response {
    fn json(status: u16, body: &Value) -> Self {
        Response {
            status,
            content_type: "application/json; charset=utf-8",
            extra_headers: String::new(),
            body: body.to_string().into(),
        }
    }

    /// Returns the whole response, with these headers.
    fn into_bytes(self, now: SystemTime, headers: &str) -> Vec<u8> {
        let head = format!(
            "HTTP/1.1 {} {}\r\ndate: {}\r\ncontent-type: {}\r\n{headers}{}content-length: {}\r\n\r\n",
            self.status,
            if self.status < 400 { "OK" } else { "Not OK" },
            httpdate::fmt_http_date(now),
            self.content_type,
            self.extra_headers,
            self.body.len()
        );
        [head.into_bytes(), self.body].concat()
    }

    fn success(data: Value) -> Self {
        Response::json(200, &json!({"data": data, "result": "success"}))
    }

    fn failure(status: u16, name: &str, message: &str) -> Self {
        Response::json(status, &json!({"result": "failure", "error": {"type": name, "message": message}}))
    }

    fn invalid(param: &str, msg: &str) -> Self {
        let entry = json!({"location": "body", "param": param, "msg": msg});
        Response::json(
            422,
            &json!({"result": "failure", "error": {"type": "RequestValidationError",
                    "message": "The request is not valid", "errors": [entry]}}),
        )
    }
}

/// Records the request and returns the response as bytes, subject to the rate limit.
fn respond(state: &mut State, mut request: RecordedRequest, fault: Option<&Fault>, now: SystemTime) -> Vec<u8> {
    let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let window_index = since_epoch.as_millis() as u64 / state.limit.window.as_millis().max(1) as u64;
    if window_index != state.window_index {
        (state.window_index, state.used_in_window) = (window_index, 0);
    }
    let reset_ms = (window_index + 1) * state.limit.window.as_millis() as u64;
    let limit_exceeded = state.used_in_window >= state.limit.requests;
    state.used_in_window = (state.used_in_window + 1).min(state.limit.requests);
    let retry_after = match fault {
        Some(Fault::TooManyRequests(seconds)) => Some(*seconds),
        _ => limit_exceeded.then(|| reset_ms.div_ceil(1000) - since_epoch.as_secs()),
    };
    let response = if let Some(seconds) = retry_after {
        Response {
            status: 429,
            content_type: "text/html; charset=utf-8",
            extra_headers: format!("retry-after: {seconds}\r\n"),
            body: b"Too many requests, please try again later.".to_vec(),
        }
    } else {
        handle(state, &request, fault)
    };
    request.status = response.status;
    state.requests.push(request);
    let (limit, remaining) = (state.limit.requests, state.limit.requests - state.used_in_window);
    let limit_headers = format!(
        "x-ratelimit-limit: {limit}\r\nx-ratelimit-remaining: {remaining}\r\nx-ratelimit-reset: {}\r\n",
        reset_ms.div_ceil(1000)
    );
    response.into_bytes(now, &limit_headers)
}

/// Returns the response to a request that the rate limit allows, with the fault applied.
fn handle(state: &mut State, request: &RecordedRequest, fault: Option<&Fault>) -> Response {
    match fault {
        Some(Fault::Status(status)) => Response::failure(*status, "Fault", "Injected fault"),
        Some(Fault::Failure) => Response::failure(200, "Fault", "Injected fault"),
        Some(Fault::Redirect(location)) => Response {
            status: 307,
            content_type: "text/plain",
            extra_headers: format!("location: {location}\r\n"),
            body: Vec::new(),
        },
        Some(Fault::Html(status)) => {
            route(state, request);
            let body = b"<html><body><h1>Bad Gateway</h1></body></html>".to_vec();
            Response { status: *status, content_type: "text/html", extra_headers: String::new(), body }
        }
        Some(Fault::Body(body)) => Response { body: body.clone(), ..route(state, request) },
        _ => route(state, request),
    }
}

/// Returns what a browser shows that opens the link of an invitation, or the page that removes a member.
fn route_web(state: &mut State, request: &RecordedRequest) -> Response {
    let path = percent_encoding::percent_decode_str(&request.path).decode_utf8_lossy().into_owned();
    let text = match path.strip_prefix(WEB_PATH).and_then(|path| path.split_once('/')) {
        Some(("invite", link)) => {
            let joined = link.strip_prefix("secret-").and_then(|id| state.join(id));
            joined.map(|email| format!("{email} is a member now\n"))
        }
        Some(("leave", email)) => state.leave(email).then(|| format!("{email} is no member any more\n")),
        _ => None,
    };
    let status = if text.is_some() { 200 } else { 404 };
    let body = text.unwrap_or_else(|| "not found\n".to_owned()).into_bytes();
    Response { status, content_type: "text/plain; charset=utf-8", extra_headers: String::new(), body }
}

/// Returns the response to a request without a fault.
fn route(state: &mut State, request: &RecordedRequest) -> Response {
    let path = request.path.strip_prefix(BASE_PATH).unwrap_or_default();
    if (request.method.as_str(), path) == ("GET", "/health") {
        return Response::json(200, &json!({"status": "ok", "message": "Healthy"}));
    }
    if request.header("authorization") != Some(&format!("Bearer {ORG_ID}:{API_KEY}")) {
        return Response::failure(401, "Unauthorized", "Invalid organization ID or API key");
    }
    for name in ["accept", "content-type"] {
        if request.header(name) != Some("application/json") {
            return Response::failure(400, "BadHeader", &format!("{name} must be application/json"));
        }
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["partners"]) => Response::success(Value::Array(state.partners.clone())),
        ("POST", ["partners"]) => match parse_field(&request.body, "name") {
            Ok(name) => {
                let partner = json!({"id": state.new_id(), "name": name});
                state.partners.push(partner.clone());
                Response::success(partner)
            }
            Err(invalid) => invalid,
        },
        (method, ["partners", id, suffix @ ..]) => {
            let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned();
            let Some(index) = state.partners.iter().position(|partner| partner["id"] == *id) else {
                return Response::failure(404, "PartnerNotFound", "Partner not found");
            };
            route_partner(state, index, &id, method, suffix, &request.body)
        }
        _ => route_not_found(),
    }
}

fn route_partner(state: &mut State, index: usize, id: &str, method: &str, suffix: &[&str], body: &str) -> Response {
    match (method, suffix) {
        ("GET", []) => Response::success(state.partners[index].clone()),
        ("PATCH", []) => match parse_field(body, "name") {
            Ok(name) => {
                state.partners[index]["name"] = Value::String(name);
                Response::success(state.partners[index].clone())
            }
            Err(invalid) => invalid,
        },
        ("GET", ["members"]) => {
            let members = state.members.iter().filter(|(partner, _)| partner == id);
            Response::success(members.map(|(_, member)| member.clone()).collect())
        }
        ("POST", ["members"]) => match parse_field(body, "email") {
            Ok(email) if !email.contains('@') => Response::invalid("email", "Must be a valid email address"),
            Ok(email) => {
                let new_id = state.new_id();
                let invitation = json!({"created_at": "2019-01-07T15:42:21.932Z", "email": email, "id": new_id,
                    "link": format!("{}{WEB_PATH}invite/secret-{new_id}", state.root), "partner_id": id,
                    "status": "pending"});
                state.invitations.push((id.to_owned(), invitation.clone()));
                Response::success(invitation)
            }
            Err(invalid) => invalid,
        },
        _ => route_not_found(),
    }
}

fn route_not_found() -> Response {
    Response::failure(404, "NotFound", "Route not found")
}

/// Parses a body that must consist of the single field `name` with a non-empty string.
fn parse_field(body: &str, name: &str) -> Result<String, Response> {
    let invalid = |msg: &str| Err(Response::invalid(name, msg));
    match serde_json::from_str::<Value>(body) {
        Ok(Value::Object(object)) if object.keys().any(|key| key != name) => invalid("Unknown field in the body"),
        Ok(Value::Object(object)) => match object.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            _ => invalid("Must be a non-empty string"),
        },
        _ => invalid("The body must be a JSON object"),
    }
}
