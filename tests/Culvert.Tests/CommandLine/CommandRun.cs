using System.Collections;
using Culvert.Commands;
using Culvert.Terminals;

namespace Culvert.Tests.CommandLine;

/// <summary>Runs one command line in process, with everything around it of the test's making.</summary>
internal sealed class CommandRun : IServerParts
{
    public string Input { get; init; } = "";

    public Stream? InputStream { get; init; }

    public Stream? OutputStream { get; init; }

    public bool OnTerminal { get; init; }

    public bool InputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool Terminated { get; init; }

    public CancellationToken Stop { get; init; }

    public Hashtable Variables { get; init; } = [];

    public string Directory { get; init; } = Path.GetTempPath();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public DataReport Report { get; init; } = new("read 3 rooms", []);

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    public string? Served { get; private set; }

    public FilesRequest? Files { get; private set; }

    public string? Asked { get; private set; }

    public PipeCall? Piped { get; private set; }

    public static string Temporary()
    {
        var directory = Path.Combine(Path.GetTempPath(), "culvert-" + Path.GetRandomFileName());
        return System.IO.Directory.CreateDirectory(directory).FullName;
    }

    public async Task<int> RunAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop, TestContext.Current.CancellationToken);
        var terminal = new Terminal
        {
            Input = InputStream ?? new MemoryStream(Terminal.Utf8.GetBytes(Input)),
            Output = OutputStream ?? output,
            Error = error,
            InputIsTerminal = InputIsTerminal,
            OutputIsTerminal = OnTerminal,
            ErrorIsTerminal = ErrorIsTerminal,
            Variables = Variables,
            WorkingDirectory = Directory,
            Time = Time,
            WasTerminated = () => Terminated,
        };
        var code = await new CulvertCommandLine(terminal, this).RunAsync(arguments, stop.Token);
        Output = Terminal.Utf8.GetString(output.ToArray());
        Error = error.ToString();
        return code;
    }

    public Task<int> ServeAsync(
        string? configFile,
        IReadOnlyList<KeyValuePair<string, string?>> settings,
        CancellationToken cancellationToken)
    {
        Served = string.Join(' ', settings.Select(s => $"{s.Key}={s.Value}").Prepend(configFile ?? "-"));
        return Task.FromResult(0);
    }

    public Task<int> ServeFilesAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        Files = request;
        return Task.FromResult(0);
    }

    public Task<int> PipeAsync(PipeCall call, Terminal terminal, CancellationToken cancellationToken)
    {
        Piped = call;
        return Task.FromResult(0);
    }

    public Task<DataReport> BackupAsync(
        string dataDirectory, string target, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        Asked = $"backup {dataDirectory} {target}";
        return Task.FromResult(Report);
    }

    public Task<DataReport> MigrateAsync(
        string dataDirectory, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        Asked = $"migrate {dataDirectory}";
        return Task.FromResult(Report);
    }

    public Task<DataReport> SeedAsync(
        string dataDirectory, SeedCall call, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        Asked = $"seed {dataDirectory} {call.Room} {call.Messages} {call.Users} {string.Join('+', call.Languages)}";
        return Task.FromResult(Report);
    }

    public bool HasStore { get; init; }

    public Task<DataReport> VerifyStoreAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        Asked = "verify the store";
        return Task.FromResult(Report);
    }

    public Task<DataReport> VerifyAsync(
        string path, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        Asked = $"verify {path}";
        return Task.FromResult(Report);
    }
}
