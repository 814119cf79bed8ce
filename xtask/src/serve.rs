//! A file server for one folder and one machine: the demo page, and the same page under test.
//!
//! It is strict so that the demo shows what the widget needs, and no more: the content security policy allows the
//! page's own files and WebAssembly, nothing inline and nothing from elsewhere.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

/// Where the demo is served when no port is asked for and this one is free.
const USUAL_PORT: u16 = 8420;

/// The policy of every answer but [`REPORT`].
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page that is one file, as for a mail: its styles are in it, and so is the rest of its policy.
const REPORT: &str = "report.html";
const POLICY_OF_REPORT: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Sent with every answer, beside its policy.
const HEADERS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    // The page is rebuilt under a browser that has seen the one before.
    ("Cache-Control", "no-store"),
];

/// A folder bound to a port of 127.0.0.1.
pub(crate) struct Site {
    folder: PathBuf,
    server: Server,
    port: u16,
}

impl Site {
    /// Binds `folder` to `port`; without one, to the usual port or else to any that is free.
    ///
    /// # Errors
    ///
    /// When the port asked for is taken, or the folder does not exist.
    pub(crate) fn bind(folder: &Path, port: Option<u16>) -> Result<Self> {
        let folder = folder.canonicalize().with_context(|| format!("there is no {}", folder.display()))?;
        let server = match port {
            Some(port) => {
                listen(port).with_context(|| format!("cannot serve on port {port}; try another --port"))?
            }
            None => {
                listen(USUAL_PORT).or_else(|_| listen(0)).context("cannot serve on any port of 127.0.0.1")?
            }
        };
        let port = server.server_addr().to_ip().context("the server has no port")?.port();
        Ok(Self { folder, server, port })
    }

    /// The page's address.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Answers requests until the process ends.
    pub(crate) fn serve(&self) {
        for request in self.server.incoming_requests() {
            // The browser went away before the answer: its right.
            let _ = self.answer(request);
        }
    }

    fn answer(&self, request: Request) -> io::Result<()> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return refuse(request, 405, "only GET and HEAD\n");
        }
        if !self.is_addressed(&request) {
            return refuse(request, 421, "this server answers for 127.0.0.1 only\n");
        }
        match find(&self.folder, request.url()) {
            Some(path) => {
                let kind = content_type(&path);
                match File::open(&path) {
                    Ok(file) => {
                        let policy = if path == self.folder.join(REPORT) { POLICY_OF_REPORT } else { POLICY };
                        request.respond(with_headers(Response::from_file(file), kind, policy))
                    }
                    Err(_) => refuse(request, 404, "not found\n"),
                }
            }
            None => refuse(request, 404, "not found\n"),
        }
    }

    /// Does the request name this server? A page elsewhere can point its own name at 127.0.0.1, and must get nothing.
    fn is_addressed(&self, request: &Request) -> bool {
        let expected = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        request
            .headers()
            .iter()
            .find(|header| header.field.equiv("Host"))
            .is_some_and(|host| expected.iter().any(|name| name == host.value.as_str()))
    }
}

fn listen(port: u16) -> Result<Server> {
    Server::http(("127.0.0.1", port)).map_err(|error| anyhow!("{error}"))
}

fn refuse(request: Request, status: u16, text: &str) -> io::Result<()> {
    let response = Response::from_string(text).with_status_code(status);
    request.respond(with_headers(response, "text/plain; charset=utf-8", POLICY))
}

fn with_headers<R: io::Read>(mut response: Response<R>, content_type: &str, policy: &str) -> Response<R> {
    let own = [("Content-Type", content_type), ("Content-Security-Policy", policy)];
    for (name, value) in HEADERS.into_iter().chain(own) {
        // All are constants of this file, in ASCII, so they always make a header. `add_header` replaces a content type.
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    response
}

/// The file that a request's address means, if it is a file in the folder.
fn find(folder: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?;
    let path = percent_decoded(path.strip_prefix('/')?)?;
    let mut found = folder.to_owned();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        // What leads out (`..`), what is hidden, and what Windows reads as more than a name.
        if name.starts_with('.') || name.contains(['\\', ':', '\0']) {
            return None;
        }
        found.push(name);
    }
    if found.is_dir() {
        found.push("index.html");
    }
    // Also follows symbolic links, which could lead out as well.
    let found = fs::canonicalize(found).ok()?;
    (found.starts_with(folder) && found.is_file()).then_some(found)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("csv") => "text/csv; charset=utf-8",
        Some("txt" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    use super::*;

    /// A folder with a page, beside a file that must not be served.
    fn folder(name: &str) -> PathBuf {
        let outer = std::env::temp_dir().join(format!("sales-ready-serve-{}-{name}", std::process::id()));
        let inner = outer.join("site");
        fs::create_dir_all(&inner).unwrap();
        fs::write(outer.join("secret.txt"), "secret").unwrap();
        fs::write(inner.join("index.html"), "<p>page").unwrap();
        fs::write(inner.join("a b.wasm"), "\0asm").unwrap();
        fs::write(inner.join(".hidden"), "hidden").unwrap();
        inner.canonicalize().unwrap()
    }

    #[test]
    fn finds_only_files_of_the_folder() {
        let folder = folder("find");
        assert_eq!(find(&folder, "/"), Some(folder.join("index.html")));
        assert_eq!(find(&folder, "/index.html?x=../..#y"), Some(folder.join("index.html")));
        assert_eq!(find(&folder, "//a%20b.wasm"), Some(folder.join("a b.wasm")));
        for outside in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/%2E%2e%2fsecret.txt",
            "/..%5csecret.txt",
            "/x/../../secret.txt",
            "/.hidden",
            "/%",
            "/%zz",
            "/%ff",
            "/a%00",
            "/C:/secret.txt",
            "secret.txt",
            "",
            "/missing",
        ] {
            assert_eq!(find(&folder, outside), None, "{outside}");
        }
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn follows_no_link_out_of_the_folder() {
        let folder = folder("link");
        std::os::unix::fs::symlink(folder.join("../secret.txt"), folder.join("link.txt")).unwrap();
        assert_eq!(find(&folder, "/link.txt"), None);
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }

    fn get(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn answers_with_the_type_and_the_policy_and_only_for_itself() {
        let folder = folder("http");
        let site = Site::bind(&folder, Some(0)).unwrap();
        let port = site.port;
        // Ends with the process.
        std::thread::spawn(move || site.serve());
        let ask = |method: &str, url: &str, host: &str| {
            get(port, &format!("{method} {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
        };
        let own = format!("127.0.0.1:{port}");

        let module = ask("GET", "/a%20b.wasm", &own);
        assert!(module.starts_with("HTTP/1.1 200"), "{module}");
        assert!(module.contains("Content-Type: application/wasm\r\n"), "{module}");
        assert!(
            module.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"),
            "{module}"
        );
        assert!(module.ends_with("\0asm"), "{module}");
        fs::write(folder.join(REPORT), "<style></style>").unwrap();
        let report = ask("GET", "/report.html", &own);
        assert!(report.contains("style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"), "{report}");

        assert!(ask("GET", "/../secret.txt", &own).starts_with("HTTP/1.1 404"));
        assert!(ask("POST", "/", &own).starts_with("HTTP/1.1 405"));
        assert!(ask("GET", "/", "elsewhere.example").starts_with("HTTP/1.1 421"));
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }
}
