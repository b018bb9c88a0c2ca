using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary>
/// The <c>culvert</c> command: parses, runs one command, and maps whatever it throws to a line and an exit code.
/// </summary>
internal sealed class CulvertCommandLine
{
    // A text such as "@bob, see this" is a text and no response file.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly Terminal _terminal;
    private readonly RootCommand _root;
    private readonly HelpOption _help;
    private readonly VersionOption _version;

    /// <summary>Declares the commands.</summary>
    public CulvertCommandLine(Terminal terminal, IServerParts server)
    {
        _terminal = terminal;
        _root = new RootCommand(
            "One port for realtime traffic: rooms with history over WebSocket, SSE and NDJSON, streams and files.")
        {
            ServeCommand.Create(server),
            FilesCommand.Create(server),
            TailCommand.Create(terminal),
            PublishCommand.Create(terminal),
            PipeCommand.Create(terminal, server),
            TunnelCommand.Create(terminal),
            UserCommand.Create(terminal),
            BackupCommand.Create(terminal, server),
            VerifyCommand.Create(terminal, server),
            MigrateCommand.Create(terminal, server),
            BenchCommand.Create(terminal, server),
        };
        // The parser's own error and help pages are wider and say less than ours.
        _root.Directives.Clear();
        _help = _root.Options.OfType<HelpOption>().Single();
        _help.Description = "Shows this page.";
        _version = _root.Options.OfType<VersionOption>().Single();
        _version.Description = "Shows the version.";
    }

    /// <summary>The version as <c>culvert --version</c> prints it.</summary>
    public static string Version { get; } =
        typeof(CulvertCommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Says what is wrong with a command line, without running it; null when it parses.</summary>
    public string? Check(IReadOnlyList<string> arguments) => UsageErrors.First(_root.Parse(arguments, Parsing));

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The words after <c>culvert</c>.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = _root.Parse(arguments, Parsing);
        var command = result.CommandResult.Command;
        try
        {
            if (arguments.Count == 0 || result.GetResult(_help) is not null)
            {
                _terminal.Output.Write(Terminal.Utf8.GetBytes(HelpPage.Of(command, _terminal.Columns)));
                return ExitCode.Done;
            }

            if (command == _root && result.GetResult(_version) is not null)
            {
                _terminal.WriteLine($"culvert {Version}");
                return ExitCode.Done;
            }

            if (UsageErrors.First(result) is { } wrong)
            {
                throw new UsageException(wrong);
            }

            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await result.InvokeAsync(invocation, cancellationToken);
        }
        catch (UsageException e)
        {
            var name = UsageErrors.Path(command);
            var end = e.Message[^1] is '.' or '?' ? "" : ".";
            _terminal.WriteErrorLine($"{name}: {e.Message}{end} See `{name} --help`.");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            return _terminal.WasTerminated() ? ExitCode.Terminated : ExitCode.Interrupted;
        }
        catch (OutputClosedException)
        {
            // The reader of our output has seen enough, as in `| head`.
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _terminal.WriteErrorLine($"{UsageErrors.Path(command)}: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
