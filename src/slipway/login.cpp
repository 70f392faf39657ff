// SPDX-License-Identifier: LGPL-2.1-or-later
// login: who one is to a registry, asked of it and then kept.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/ask.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wallet.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr std::size_t password_limit = 64U << 10U;

struct LoginOptions {
    std::string registry;
    std::string user;
    std::optional<std::string> password;
    bool reads_password = false;
    std::string auth_file;
};

std::string read_password()
{
    std::string password = read_all(STDIN_FILENO, "standard input", password_limit);
    // The end of the line is the shell's.
    if (password.ends_with('\n'))
        password.pop_back();
    if (password.ends_with('\r'))
        password.pop_back();
    return password;
}

void require_line(const std::string& text, const char* what)
{
    if (text.empty())
        throw Failure{ErrorCode::invalid_argument, std::string{"there is no "} + what};
    if (text.find_first_of(std::string_view{"\0\r\n", 3}) != std::string::npos)
        throw Failure{ErrorCode::invalid_argument,
                      std::string{"a "} + what + " is one line, with no NUL character"};
}

// Asks for what is not given.
oci::Credentials credentials_of(const LoginOptions& login, const std::string& key)
{
    if (login.password && login.reads_password)
        throw UsageError{"either --password or --password-stdin"};
    if (login.reads_password && login.user.empty())
        throw UsageError{"--password-stdin needs --username: standard input cannot be asked for both"};
    oci::Credentials credentials;
    const std::string nobody = "nobody is there to be asked: give --username and --password-stdin";
    credentials.username =
        login.user.empty() ? ask("User at " + visible(key) + ": ", Echo::on, nobody) : login.user;
    require_line(credentials.username, "user");
    if (credentials.username.find(':') != std::string::npos)
        throw Failure{ErrorCode::invalid_argument, "a user has no ':' in its name"};
    if (login.reads_password)
        credentials.password = read_password();
    else if (login.password)
        credentials.password = *login.password;
    else
        credentials.password = ask("Password of " + visible(credentials.username) + ": ", Echo::off, nobody);
    require_line(credentials.password, "password");
    return credentials;
}

} // namespace

int login(Context& context, const Arguments& arguments)
{
    LoginOptions login;
    Options options{"login [-u USER] [-p PASSWORD|--password-stdin] [--authfile FILE] REGISTRY",
                    "Asks a registry whether it takes a user and a password, and keeps them for later."};
    options.text("-u,--username", login.user, "USER", "Who one is there; asked for otherwise");
    options.text("-p,--password", login.password, "PASSWORD",
                 "The password; other users of the machine see it in the list of processes");
    options.flag("--password-stdin", login.reads_password, "Read the password from standard input");
    options.text("--authfile", login.auth_file, "FILE", "Keep them in this file");
    options.operand("REGISTRY", login.registry, "The registry, such as quay.io or host:5000");
    options.parse(arguments);

    const std::string key = oci::auth_key(login.registry);
    const Wallet wallet{login.auth_file};
    oci::AuthFile offered;
    offered.credentials.emplace(key, credentials_of(login, key));
    const Fd file = make_memory_file("credentials", oci::to_json(offered));
    client::Manager manager{context.engine()};
    const Fd answer = context.await(manager.log_in(key, {file.number()}));
    const oci::AuthFile kept =
        oci::parse_auth_file(read_all(answer.number(), "credentials"), "credentials").value();
    const std::string place = wallet.keep(key, kept.credentials.at(key));
    print_line("Login Succeeded");
    complain("kept " + visible(place) + "\n");
    return 0;
}

} // namespace slipway::cli
