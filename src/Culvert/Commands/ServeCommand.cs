using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert serve</c>: turns switches into configuration keys and runs the server.</summary>
/// <remarks>
/// What a value may be, the file, the environment and which of them wins is the server's to say
/// (docs/configuration.md): said here too, the two would differ one day.
/// </remarks>
internal sealed class ServeCommand
{
    private readonly Option<string[]> _listen = Repeatable(
        "--listen",
        "URL",
        "Address to listen on, http://HOST:PORT; port 0 takes a free one. Repeatable. Default http://127.0.0.1:8080.");

    private readonly Option<string[]> _pipe = Repeatable(
        "--pipe",
        "PATH=TARGET",
        "Pipes every WebSocket that opens PATH to TARGET: ws://HOST:PORT/PATH, wss://HOST/PATH, tcp:HOST:PORT, "
            + "unix:PATH, exec:COMMAND, discard: or echo:. Repeatable. Default none.");

    private readonly Option<string> _data = Single(
        "--data", "DIR", "Directory of the database and the owner token, created when missing. Default ./data.");

    private readonly Option<string> _root = Single(
        "--root", "DIR", "Serves the files of DIR on every path that is not the server's own. Default none.");

    private readonly Option<string> _registration = Single(
        "--registration",
        "WHO",
        "Who may make an account: open (anybody), invite (who has an invitation) or closed (nobody). Default invite; "
            + "open with --demo.");

    private readonly Option<string> _durability = Single(
        "--durability",
        "LEVEL",
        "When a message is acknowledged: disk (it survives a power cut) or process (it survives a crash of the server "
            + "only, and is faster). Default disk.");

    private readonly Option<string> _config = Single(
        "--config", "FILE", "Reads settings from FILE, which must exist. Default culvert.json, if it is there.");

    private readonly Option<bool> _demo = Flag(
        "--demo", "Makes rooms and users to try things with; safe to run again. Default off.");

    private readonly Option<bool> _verbose = Flag(
        "-v", "Logs the life of every connection. Default off: one line a session, at its end.");

    private ServeCommand(Command command)
    {
        Option[] options = [_listen, _data, _root, _pipe, _registration, _demo, _durability, _config, _verbose];
        Array.ForEach(options, command.Add);
    }

    /// <summary>Declares the command.</summary>
    public static Command Create(IServerParts server)
    {
        var command = new CommandPage(
            "serve", "Runs the server: rooms with history, streams and pipes, all on one port.")
        {
            Notes =
            [
                "Prints one line per address, `listening on URL`, when it is ready. The data directory gets an owner "
                    + "token, admin.token, which tail, publish and user on this machine find by themselves.",
                "Everything can also be set in culvert.json and in the environment, such as CULVERT__DATA; "
                    + "docs/configuration.md has all keys. The command line wins over the environment, and the "
                    + "environment over the file.",
            ],
            Examples =
            [
                ("culvert serve", "on http://127.0.0.1:8080, data in ./data"),
                ("culvert serve --demo", "with rooms and users to try things with"),
                ("culvert serve --listen http://0.0.0.0:80 --data /var/lib/culvert", "for other machines too"),
                ("culvert serve --pipe /echo=echo:", "what is sent to ws://127.0.0.1:8080/echo comes back"),
                ("culvert serve --config /etc/culvert/culvert.json -v", "from a file, with more in the log"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "stopped by Ctrl-C or SIGTERM"),
                (ExitCode.Failed, "could not start, such as when the address is in use; stderr says why"),
                (ExitCode.Usage, "the command line, culvert.json or the environment is wrong"),
            ],
        };
        var serve = new ServeCommand(command);
        command.SetAction((result, cancellationToken) =>
            server.ServeAsync(result.GetValue(serve._config), serve.Settings(result), cancellationToken));
        return command;
    }

    private List<KeyValuePair<string, string?>> Settings(ParseResult result)
    {
        var settings = new List<KeyValuePair<string, string?>>();
        var addresses = result.GetValue(_listen) ?? [];
        for (var index = 0; index < addresses.Length; index++)
        {
            settings.Add(new($"listen:{index}", addresses[index]));
        }

        foreach (var pipe in result.GetValue(_pipe) ?? [])
        {
            var equals = pipe.IndexOf('=', StringComparison.Ordinal);
            settings.Add(equals > 0
                ? new($"pipes:{pipe[..equals]}", pipe[(equals + 1)..])
                : throw new UsageException($"--pipe: '{pipe}' lacks an =; write PATH=TARGET"));
        }

        Add("data", result.GetValue(_data));
        Add("files:root", result.GetValue(_root));
        Add("accounts:registration", result.GetValue(_registration));
        Add("durability", result.GetValue(_durability));
        Add("demo", result.GetValue(_demo) ? "true" : null);
        Add("verbose", result.GetValue(_verbose) ? "true" : null);
        return settings;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                settings.Add(new(key, value));
            }
        }
    }

    private static Option<string> Single(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static Option<bool> Flag(string name, string description) =>
        new(name) { Arity = ArgumentArity.Zero, Description = description };

    private static Option<string[]> Repeatable(string name, string value, string description) =>
        new(name) { HelpName = value, Arity = ArgumentArity.OneOrMore, Description = description };
}
