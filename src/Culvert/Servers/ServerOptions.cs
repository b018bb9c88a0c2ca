using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Servers;

/// <summary>The options of every command that talks to a server, and how their values are found.</summary>
internal sealed class ServerOptions
{
    /// <summary>Where a server listens that was told nothing.</summary>
    public const string DefaultServer = "http://127.0.0.1:8080";
    private const string TokenFile = "admin.token";

    private readonly Option<string> _server = new("--server")
    {
        HelpName = "URL",
        Description = $"The server. Default CULVERT_SERVER, then {DefaultServer}.",
    };

    private readonly Option<string> _token = new("--token")
    {
        HelpName = "TOKEN",
        Description = "The token to sign in with. Default CULVERT_TOKEN, which other users of this machine cannot "
            + $"see in the process list; then, if the server is on this machine, {TokenFile} in the data directory.",
    };

    private readonly Option<string> _data = DataOption.Create();

    private readonly Argument<string>? _argument;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="server">What names the server in place of <c>--server</c>, where the command has that.</param>
    public ServerOptions(Command command, Argument<string>? server = null)
    {
        _argument = server;
        if (server is null)
        {
            command.Add(_server);
        }

        command.Add(_token);
        command.Add(_data);
    }

    /// <summary>The server of a command line.</summary>
    /// <exception cref="UsageException">The address is none.</exception>
    public ServerTarget Find(ParseResult result, Terminal terminal)
    {
        var address = Address(result, terminal);
        var (token, from) = Token(result, terminal, address);
        return new ServerTarget(address, token, from);
    }

    /// <summary>The server of a URL that was given whole.</summary>
    /// <remarks>
    /// A token that was not meant for this very server is not sent to it: the URL may be anybody's.
    /// </remarks>
    public ServerTarget FindFor(Uri url, ParseResult result, Terminal terminal)
    {
        var target = Find(result, terminal);
        var origin = new Uri(url.GetLeftPart(UriPartial.Authority));
        var isItsServer = target.Address.GetLeftPart(UriPartial.Authority) == origin.OriginalString;
        return result.GetValue(_token) is not null || isItsServer
            ? target with { Address = origin, IsFromUrl = true }
            : new ServerTarget(origin, null, null) { IsFromUrl = true };
    }

    private Uri Address(ParseResult result, Terminal terminal)
    {
        var (text, from) = _argument is not null && result.GetValue(_argument) is { } named
            ? (named, "SERVER")
            : result.GetValue(_server) is { } option
            ? (option, "--server")
            : (terminal.Variable("CULVERT_SERVER") ?? DefaultServer, "CULVERT_SERVER");
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"{from}: '{text}' is not an address; write http://HOST:PORT.");
    }

    private (string? Token, string? From) Token(ParseResult result, Terminal terminal, Uri address)
    {
        if (result.GetValue(_token) is { } option)
        {
            return (Checked(option, "--token"), "--token");
        }

        if (terminal.Variable("CULVERT_TOKEN") is { } variable)
        {
            return (Checked(variable, "CULVERT_TOKEN"), "CULVERT_TOKEN");
        }

        var directory = result.GetValue(_data) ?? DataOption.Default;
        var file = Path.Combine(Path.GetFullPath(directory, terminal.WorkingDirectory), TokenFile);
        if (!address.IsLoopback || !File.Exists(file))
        {
            return (null, null);
        }

        try
        {
            var shown = Path.Combine(directory, TokenFile);
            return (Checked(File.ReadAllText(file).Trim(), shown), shown);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's server: the request goes without, and the refusal says what to do.
            return (null, null);
        }
    }

    // A line break in a header is an attack or a slip; either way the server should not have to find out.
    private static string Checked(string token, string from) =>
        token.Length > 0 && !token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? token
            : throw new UsageException($"{from}: the token is empty or has characters that no token has.");
}
