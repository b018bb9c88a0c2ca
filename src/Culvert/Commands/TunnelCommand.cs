using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Culvert.Arguments;
using Culvert.Client.Tunnels;
using Culvert.Protocol.Multiplexing;
using Culvert.Servers;
using Culvert.Terminals;
using Culvert.Tunneling;

namespace Culvert.Commands;

/// <summary><c>culvert tunnel</c>: TCP through a server, in both directions.</summary>
internal sealed class TunnelCommand
{
    private const int MaxInstanceLength = 128;
    private const int MiB = 1024 * 1024;

    private readonly Terminal _terminal;
    private readonly ServerOptions _serverOptions;

    private readonly Argument<string> _server = new("server")
    {
        HelpName = "SERVER",
        Description = "The server: http://HOST:PORT or https://HOST.",
    };

    private readonly Option<string[]> _locals = new("--local", "-L")
    {
        HelpName = "[HOST:]PORT:TARGET",
        Description = "Listens here, and connects to TARGET from the server: HOST:PORT, or the name of an agent. May "
            + "be repeated. HOST is an address, localhost (both families) or *; default 127.0.0.1. Port 0 finds a free "
            + "one.",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string[]> _remotes = new("--remote", "-R")
    {
        HelpName = "NAME=TARGET",
        Description = "Registers NAME at the server, and connects to TARGET from here: HOST:PORT or unix:PATH. May be "
            + "repeated.",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string?> _stdio = new("--stdio", "-W")
    {
        HelpName = "TARGET",
        Description = "Joins standard input and output to TARGET, and ends with it.",
    };

    private readonly Option<int> _carriers = new("--carriers")
    {
        HelpName = "N",
        Description = "Connections to the server to share the load, 1 to 4. More help where packets get lost. Default "
            + "1.",
        DefaultValueFactory = static _ => 1,
    };

    private readonly Option<int> _window = new("--window")
    {
        HelpName = "MIB",
        Description = "The most that may be on the way to here in one connection, 1 to 1024 MiB. More helps where a "
            + "line is long and very fast. Default 64, for 10 Gbit/s at a round trip of 50 ms.",
        DefaultValueFactory = static _ => MultiplexerOptions.DefaultMaxStreamWindow / MiB,
    };

    private readonly Option<string?> _instance = new("--instance")
    {
        HelpName = "TEXT",
        Description = "What tells this agent from others with the same name: the same one takes the name over, another "
            + "one shares it. Default the machine's name and the target.",
    };

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Waits for a server that is not there yet, and goes on without names that are not. Default: both "
            + "have to be there at the start.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<string?> _proxy = new("--proxy")
    {
        HelpName = "URL",
        Description = "The HTTP proxy, or none. Default HTTPS_PROXY or HTTP_PROXY, except for NO_PROXY and this "
            + "machine.",
    };

    private readonly Option<string?> _authorities = new("--ca")
    {
        HelpName = "FILE",
        Description = "The authorities (PEM) to trust for https. Default the system's.",
    };

    private readonly Option<bool> _anyCertificate = new("--dangerous-accept-any-certificate")
    {
        Description = "Does not check who answers https: whoever sits on the way reads and changes everything.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Shows on stderr each connection at its end: who, where to, bytes, how long.",
        Arity = ArgumentArity.Zero,
    };

    private TunnelCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        command.Add(_server);
        command.Add(_locals);
        command.Add(_remotes);
        command.Add(_stdio);
        command.Add(_carriers);
        command.Add(_window);
        command.Add(_instance);
        command.Add(_wait);
        command.Add(_proxy);
        command.Add(_authorities);
        command.Add(_anyCertificate);
        command.Add(_verbose);
        _serverOptions = new ServerOptions(command, _server);
    }

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new CommandPage("tunnel", "Carries TCP through a server: from here, and to here by a name.")
        {
            Notes =
            [
                "Everything goes through the server's one port, as one WebSocket. -L brings a port of the server's "
                    + "side here; -R gives a port of this side a name, which others reach with -L, or at /t/NAME with "
                    + "any WebSocket. Which targets and names are allowed stands in the server's settings "
                    + "(tunnels.allow, tunnels.names); the token needs the scopes connect for -L and listen for -R.",
                "Each forward is one line on stdout once it works: `forwarding FROM to TARGET`. When the connection to "
                    + "the server breaks, what went through it is reset, stderr says so in a line, and the tunnel "
                    + "comes back by itself with its names. A program that starts again takes its name over.",
            ],
            Examples =
            [
                ("culvert tunnel https://example.org -L 9001:game-7", "reach the agent game-7 at 127.0.0.1:9001"),
                ("culvert tunnel https://example.org -L 5432:db.internal:5432", "a port behind the server"),
                ("culvert tunnel https://example.org -R game-7=127.0.0.1:7777", "be the agent game-7"),
                ("culvert tunnel https://example.org -R shell=unix:app.sock", "a socket file by a name"),
                ("culvert tunnel https://example.org -L 127.0.0.1:0:game-7 --wait", "any port, even before game-7"),
                ("culvert tunnel https://example.org -W db.internal:22", "as ssh's ProxyCommand, with %h:%p"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "SIGTERM, or the target of -W has ended"),
                (ExitCode.Failed, "a port here is taken, or the server failed"),
                (ExitCode.Usage, "the command line is wrong"),
                (ExitCode.CannotConnect, "the server cannot be reached at the start, without --wait"),
                (ExitCode.Refused, "the server refuses the token, or what it may (401, 403), or has no tunnels (404)"),
                (ExitCode.Broken, "the connection broke, with -W"),
                (ExitCode.TargetNotAllowed, "the server does not connect to the target"),
                (ExitCode.NameAbsent, "no agent has the name, without --wait"),
                (ExitCode.NameTaken, "somebody else has the name"),
                (ExitCode.TakenOver, "another process has taken the name over"),
                (ExitCode.TooManyAgents, "the user has as many agents as he may, without --wait"),
                (ExitCode.Interrupted, "Ctrl-C"),
            ],
        };
        var tunnel = new TunnelCommand(terminal, command);
        command.SetAction(tunnel.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var target = _serverOptions.Find(result, _terminal);
        var call = new TunnelCall
        {
            Server = target,
            Options = Options(result, target),
            Locals = [.. (result.GetValue(_locals) ?? []).Select(LocalSpec.Parse)],
            Remotes = [.. (result.GetValue(_remotes) ?? [])
                .Select(text => RemoteSpec.Parse(text, _terminal.WorkingDirectory))],
            Stdio = result.GetValue(_stdio),
            Waits = result.GetValue(_wait),
            Verbose = result.GetValue(_verbose),
        };
        Check(call);
        return new TunnelRun(call, _terminal).RunAsync(cancellationToken);
    }

    private static void Check(TunnelCall call)
    {
        var forwards = call.Locals.Count + call.Remotes.Count;
        if (call.Stdio is null && forwards == 0)
        {
            throw new UsageException("nothing to do: give -L [HOST:]PORT:TARGET, -R NAME=TARGET or -W TARGET");
        }

        if (call.Stdio is not null && forwards > 0)
        {
            throw new UsageException("-W goes alone, without -L and -R");
        }

        if (call.Stdio is { } stdio && !TunnelTarget.IsValid(stdio))
        {
            throw new UsageException($"-W: '{stdio}' is neither HOST:PORT nor a name");
        }

        var twice = call.Remotes.GroupBy(remote => remote.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new UsageException($"-R: the name {twice.Key} is there twice");
        }
    }

    private TunnelOptions Options(ParseResult result, ServerTarget target)
    {
        var carriers = result.GetValue(_carriers);
        if (carriers is < 1 or > 4)
        {
            throw new UsageException("--carriers: write 1 to 4");
        }

        var window = result.GetValue(_window);
        if (window is < 1 or > 1024)
        {
            throw new UsageException("--window: write 1 to 1024, MiB");
        }

        var instance = result.GetValue(_instance);
        if (instance is { Length: 0 or > MaxInstanceLength })
        {
            throw new UsageException($"--instance: write 1 to {MaxInstanceLength} characters");
        }

        var proxy = result.GetValue(_proxy);
        return new TunnelOptions
        {
            Token = target.Token,
            Carriers = carriers,
            MaxStreamWindow = window * MiB,

            // So that two streams can have it, as with the defaults.
            SessionBudget = Math.Max(MultiplexerOptions.DefaultSessionBudget, 4L * window * MiB),
            Instance = instance,
            WaitForServer = result.GetValue(_wait),
            UseProxy = proxy != "none",
            Proxy = proxy is null or "none" ? null
                : Uri.TryCreate(proxy, UriKind.Absolute, out var address) ? address
                : throw new UsageException($"--proxy: '{proxy}' is no http:// URL and not none"),
            Authorities = Authorities(result.GetValue(_authorities)),
            DangerousAcceptAnyCertificate = result.GetValue(_anyCertificate),
            TimeProvider = _terminal.Time,
        };
    }

    private X509Certificate2Collection? Authorities(string? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(Path.GetFullPath(file, _terminal.WorkingDirectory));
            return authorities.Count > 0 ? authorities : throw new UsageException($"--ca: {file} has no certificate");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"--ca: {e.Message}");
        }
    }
}
