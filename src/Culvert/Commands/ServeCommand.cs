using System.CommandLine;
using Culvert.Arguments;
using Culvert.Configuration;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert serve</c>: combines the configuration and runs the server.</summary>
internal static class ServeCommand
{
    /// <summary>Declares the command; its options are the server's settings.</summary>
    public static Command Create(Terminal terminal, IServerParts server)
    {
        var config = new Option<string>("--config")
        {
            HelpName = "FILE",
            Description = "Reads settings from FILE, which must exist. Default culvert.json, if it is there.",
        };
        var command = new CommandPage("serve", "Runs the server: rooms with history, streams and pipes, all on one port.")
        {
            Notes =
            [
                "Prints one line per address, `listening on URL`, when it is ready. The data directory gets an owner token, "
                    + "admin.token, which tail, publish and user on this machine find by themselves.",
                "Every option is also a key of culvert.json (without the dashes; --pipe is \"pipes\": {\"PATH\": \"TARGET\"}, "
                    + "-v is \"verbose\") and a variable such as CULVERT__DATA or CULVERT__LISTEN__0. The command line wins "
                    + "over the environment, and the environment over the file.",
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
        var options = ServeSettings.All.Select(s => (Setting: s, Option: OptionOf(s))).ToList();
        options.ForEach(o => command.Add(o.Option));
        command.Add(config);
        command.SetAction((result, cancellationToken) =>
        {
            var file = File(result.GetValue(config), terminal.WorkingDirectory);
            var configuration = ServeConfiguration.Combine(
                ServeSettings.All,
                file is null ? new ConfigurationLayer() : ConfigurationFile.Read(file, ServeSettings.All),
                ServeConfiguration.FromEnvironment(terminal.Variables, ServeSettings.All),
                FromCommandLine(result, options));
            return server.ServeAsync(configuration, cancellationToken);
        });
        return command;
    }

    private static Option OptionOf(Setting setting)
    {
        if (setting.Shape == SettingShape.Flag)
        {
            return new Option<bool>(setting.Option)
            {
                Description = setting.Description,
                Arity = ArgumentArity.Zero,
            };
        }

        return setting.Shape == SettingShape.Text
            ? new Option<string>(setting.Option) { Description = setting.Description, HelpName = setting.ValueName }
            : new Option<string[]>(setting.Option)
            {
                Description = setting.Description,
                HelpName = setting.ValueName,
                Arity = ArgumentArity.OneOrMore,
            };
    }

    private static string? File(string? named, string directory)
    {
        var path = Path.Combine(directory, named ?? ServeConfiguration.DefaultFile);
        if (System.IO.File.Exists(path))
        {
            return named ?? path;
        }

        return named is null ? null : throw new UsageException($"--config: there is no file {named}.");
    }

    private static ConfigurationLayer FromCommandLine(
        ParseResult result, IEnumerable<(Setting Setting, Option Option)> options)
    {
        var layer = new ConfigurationLayer();
        foreach (var (setting, option) in options)
        {
            if (result.GetResult(option) is not { Implicit: false } given)
            {
                continue;
            }

            if (setting.Shape == SettingShape.Flag)
            {
                layer.Add(setting, null, "true", setting.Option);
                continue;
            }

            foreach (var value in given.Tokens.Select(t => t.Value))
            {
                AddText(layer, setting, value);
            }
        }

        return layer;
    }

    private static void AddText(ConfigurationLayer layer, Setting setting, string value)
    {
        if (setting.Shape != SettingShape.Map)
        {
            layer.Add(setting, null, value, setting.Option);
            return;
        }

        var equals = value.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new UsageException($"{setting.Option}: '{value}' lacks an =; write {setting.ValueName}");
        }

        layer.Add(setting, value[..equals], value[(equals + 1)..], setting.Option);
    }
}
