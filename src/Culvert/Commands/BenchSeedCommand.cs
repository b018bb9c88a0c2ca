using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert bench seed</c>: fills a room of a stopped server.</summary>
internal static class BenchSeedCommand
{
    public static IReadOnlyList<(int Code, string Means)> ExitCodes { get; } =
    [
        (ExitCode.Done, "the messages are in the room and can be searched"),
        (ExitCode.Failed, "not all are, such as when a server uses the data; stderr says why"),
        (ExitCode.Usage, "the command line is wrong"),
        (ExitCode.Interrupted, "Ctrl-C; what was written stays (143 after SIGTERM)"),
    ];

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal, IServerParts server)
    {
        var room = new Option<string>("--room")
        {
            HelpName = "NAME",
            Description = "The room; made when there is none.",
            Required = true,
        };
        var messages = new Option<long>("--messages")
        {
            HelpName = "N",
            Description = "How many messages to add, 1 to 100000000. Default 1000.",
            DefaultValueFactory = static _ => 1000,
        };
        var users = new Option<int>("--users")
        {
            HelpName = "N",
            Description = "How many users write them, member1 and so on, 1 to 10000. Default 50.",
            DefaultValueFactory = static _ => 50,
        };
        var languages = new Option<string>("--languages")
        {
            HelpName = "LIST",
            Description = "Languages of the texts: en, ru or en,ru. Default en,ru.",
            DefaultValueFactory = static _ => "en,ru",
        };
        var data = new Option<string>("--data")
        {
            HelpName = "DIR",
            Description = $"The data directory, made when missing. Default {DataOption.Default}.",
        };
        var command = new CommandPage("seed", "Fills a room with made-up messages, and indexes them.")
        {
            Notes = ["The server must not run: the command writes straight into its database."],
            Examples =
            [
                ("culvert bench seed --room big --messages 1000000", "into ./data"),
                ("culvert bench seed --room small --messages 100 --data /tmp/bench", "into another directory"),
                ("culvert bench seed --room plain --languages en --users 5", "in English, by five users"),
            ],
            ExitCodes = ExitCodes,
        };
        Option[] options = [room, messages, users, languages, data];
        Array.ForEach(options, command.Add);
        command.SetAction((result, cancellationToken) =>
        {
            var call = new SeedCall(
                result.GetRequiredValue(room),
                InRange("--messages", result.GetValue(messages), 100_000_000),
                (int)InRange("--users", result.GetValue(users), 10_000),
                Languages(result.GetValue(languages) ?? ""));
            var directory = Path.GetFullPath(result.GetValue(data) ?? DataOption.Default, terminal.WorkingDirectory);
            return DataCommandRun.RunAsync(
                terminal,
                Directory.CreateDirectory(directory).FullName,
                (path, progress) => server.SeedAsync(path, call, progress, cancellationToken));
        });
        return command;
    }

    private static long InRange(string name, long value, long max) => value >= 1 && value <= max
        ? value
        : throw new UsageException($"{name}: {value} is out of range; use 1 to {max}");

    private static string[] Languages(string text)
    {
        var languages = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return languages.Length > 0 && languages.All(static language => language is "en" or "ru")
            ? languages
            : throw new UsageException($"--languages: '{text}' is none of en, ru and en,ru");
    }
}
