using System.Net.Sockets;
using System.Runtime.InteropServices;
using Culvert.Server.Storage.Sqlite;
using Microsoft.AspNetCore.Connections;

namespace Culvert.Server.Hosting;

/// <summary>Runs the server as a process: options, the lines on the console, signals, the exit code.</summary>
public static class ServerProcess
{
    /// <summary>It was told to stop, and did.</summary>
    public const int Stopped = 0;

    /// <summary>It could not start: the port, the data directory.</summary>
    public const int Failed = 1;

    /// <summary>An option is unknown or bad.</summary>
    public const int BadOption = 2;

    /// <summary>Runs until SIGTERM, SIGINT or the token; a second signal ends the process at once.</summary>
    /// <param name="configFile">The configuration file; null for culvert.json, if there is one.</param>
    /// <param name="commandLine">Options of the command line by key.</param>
    /// <param name="hooks">The application on top.</param>
    /// <param name="output">Gets one line an address: <c>listening on URL</c>.</param>
    /// <param name="error">Gets everything else.</param>
    /// <param name="cancellationToken">Stops the server like a signal.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string? configFile,
        IEnumerable<KeyValuePair<string, string?>> commandLine,
        ServerHooks hooks,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        FrontServices.ServeOnSocketThreads();
        ServerOptions options;
        try
        {
            options = ServerSettings.Read(SettingSource.Load(configFile, commandLine));
        }
        catch (SettingException exception)
        {
            await error.WriteLineAsync($"culvert: {exception.Message}");
            return BadOption;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = OnFirst(PosixSignal.SIGTERM, stop);
        using var interrupt = OnFirst(PosixSignal.SIGINT, stop);
        try
        {
            await using var server = await CulvertServer.StartAsync(
                options, hooks, error, TimeProvider.System, stop.Token);
            await AnnounceAsync(server, hooks, output, error);
            await WaitAsync(stop.Token);
            await server.StopAsync();
            return Stopped;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop before it had started.
            return Stopped;
        }
        catch (Exception exception) when (Explain(exception, options) is not null)
        {
            await error.WriteLineAsync($"culvert: {Explain(exception, options)?.ReplaceLineEndings(" ")}");
            return Failed;
        }
    }

    private static async Task AnnounceAsync(
        CulvertServer server, ServerHooks hooks, TextWriter output, TextWriter error)
    {
        foreach (var address in server.Addresses)
        {
            await output.WriteLineAsync($"listening on {address}");
        }

        await output.FlushAsync();
        if (server.Notice is { } notice)
        {
            await error.WriteLineAsync(notice);
        }

        if (hooks.Hint is not null)
        {
            await error.WriteLineAsync(hooks.Hint(server.Addresses[0]));
        }

        await error.FlushAsync();
    }

    private static PosixSignalRegistration OnFirst(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // Not cancelled, the second signal does what signals do.
            context.Cancel = !stop.IsCancellationRequested;
            if (context.Cancel)
            {
                stop.Cancel();
            }
        });

    private static async Task WaitAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Register(stopped.SetResult);
        await stopped.Task;
    }

    /// <summary>
    /// What the person at the console can do something about; null for what is a fault of the program.
    /// </summary>
    private static string? Explain(Exception exception, ServerOptions options) => exception switch
    {
        StoreOpenException or InvalidDataException or UnauthorizedAccessException => exception.Message,
        AddressInUseException or IOException { InnerException: AddressInUseException } =>
            $"cannot listen on {string.Join(" or ", options.Listen)}: the address is already in use; "
            + "stop the other program, or choose another port with --listen http://127.0.0.1:PORT",
        IOException => exception.Message,
        SocketException => $"cannot listen on {string.Join(" or ", options.Listen)}: {exception.Message}",
        _ => null,
    };
}
