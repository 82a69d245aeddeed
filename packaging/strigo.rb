class Strigo < Formula
  desc "@description@"
  homepage "@repository@"
  version "@version@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@download@/strigo-aarch64-apple-darwin.tar.gz"
      sha256 "@sha256 strigo-aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "@download@/strigo-x86_64-apple-darwin.tar.gz"
      sha256 "@sha256 strigo-x86_64-apple-darwin.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@download@/strigo-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@sha256 strigo-aarch64-unknown-linux-musl.tar.gz@"
    end
    on_intel do
      url "@download@/strigo-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@sha256 strigo-x86_64-unknown-linux-musl.tar.gz@"
    end
  end

  def install
    bin.install "bin/strigo"
    bash_completion.install "completions/strigo.bash" => "strigo"
    zsh_completion.install "completions/_strigo"
    fish_completion.install "completions/strigo.fish"
    man1.install Dir["man/man1/*"]
    man5.install Dir["man/man5/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/strigo --version")
  end
end
