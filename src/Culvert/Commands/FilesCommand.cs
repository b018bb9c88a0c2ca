using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert files</c>: serves the files of a directory and nothing else.</summary>
internal sealed class FilesCommand
{
    private readonly Option<string> _topDirectory = new("--top-dir")
    {
        HelpName = "DIR",
        Description = "The directory whose files are served. Default the current one.",
        DefaultValueFactory = static _ => ".",
    };

    private readonly Option<string> _host = new("--host")
    {
        HelpName = "HOST",
        Description = "Address to listen on: an IP address, localhost, or * for all. Default 127.0.0.1.",
        DefaultValueFactory = static _ => "127.0.0.1",
    };

    private readonly Option<int> _port = new("--port")
    {
        HelpName = "PORT",
        Description = "Port, 0 to 65535; 0 takes a free one. Default 8080.",
        DefaultValueFactory = static _ => 8080,
    };

    private readonly Option<string> _fallback = new("--fallback")
    {
        HelpName = "FILE",
        Description = "Page of an application that has its paths in the browser, such as index.html: answers, with "
            + "200, what no file has. Default none.",
    };

    private readonly Option<bool> _listing = Flag(
        "--listing", "Lists directories that have no index.html. Default off: they are 404.");

    private readonly Option<bool> _liveReload = Flag(
        "--live-reload", "Open pages reload when a file changes. For development; default off.");

    private readonly Option<bool> _noAccessLog = Flag(
        "--no-access-log", "Logs no line for each answer. Default: one line on stderr, at its end.");

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Logs the life of every connection too. Default off.",
        Arity = ArgumentArity.Zero,
    };

    private FilesCommand(Command command)
    {
        _port.Validators.Add(InRange);
        Option[] options =
            [_topDirectory, _host, _port, _listing, _fallback, _liveReload, _noAccessLog, _verbose];
        Array.ForEach(options, command.Add);
    }

    /// <summary>Declares the command.</summary>
    public static Command Create(IServerParts server)
    {
        var command = new CommandPage(
            "files", "Serves the files of a directory. No accounts, no rooms, and nothing is written to the disk.")
        {
            Notes =
            [
                "Prints `listening on URL` when it is ready. A file 400.html, 403.html, 404.html and so on in the "
                    + "directory is the page for that error. Names that begin with a dot are not served, and nothing "
                    + "outside the directory is, by link or by path. docs/files.md has the rest.",
            ],
            Examples =
            [
                ("culvert files", "this directory, on http://127.0.0.1:8080"),
                ("culvert files --top-dir public --live-reload", "while writing the pages in public"),
                ("culvert files --top-dir dist --fallback index.html", "an application built into dist"),
                ("culvert files --host '*' --port 80 --listing", "downloads, for other machines too"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "stopped by Ctrl-C or SIGTERM; downloads had up to 5 s to finish"),
                (ExitCode.Failed, "could not start, such as when the port is in use; stderr says why"),
                (ExitCode.Usage, "the command line is wrong, or there is no such directory"),
            ],
        };
        var files = new FilesCommand(command);
        command.SetAction((result, cancellationToken) =>
            server.ServeFilesAsync(files.Request(result), cancellationToken));
        return command;
    }

    private FilesRequest Request(ParseResult result) => new(
        result.GetRequiredValue(_topDirectory),
        result.GetRequiredValue(_host),
        result.GetValue(_port),
        result.GetValue(_listing),
        result.GetValue(_fallback),
        result.GetValue(_liveReload),
        !result.GetValue(_noAccessLog),
        result.GetValue(_verbose));

    private static Option<bool> Flag(string name, string description) =>
        new(name) { Arity = ArgumentArity.Zero, Description = description };

    private static void InRange(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }] && !ushort.TryParse(text, CultureInfo.InvariantCulture, out _))
        {
            result.AddError($"--port: '{text}' is not a port; use 0 to 65535.");
        }
    }
}
