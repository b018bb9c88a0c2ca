using System.Net.Sockets;
using System.Runtime.InteropServices;
using Culvert.Server.Storage.Sql;
using Microsoft.AspNetCore.Connections;

namespace Culvert.Server.Hosting;

/// <summary>What every server has as a process: signals, one line for what went wrong, the exit code.</summary>
/// <param name="listen">Where it was to listen.</param>
/// <param name="portOption">What chooses another port, as typed.</param>
/// <param name="error">Gets the line.</param>
internal sealed class ProcessRun(IReadOnlyList<string> listen, string portOption, TextWriter error)
{
    /// <summary>Runs until SIGTERM, SIGINT or the token; a second signal ends the process at once.</summary>
    /// <param name="run">The server, from its start to its end; its token is cancelled to stop it.</param>
    /// <param name="cancellationToken">Stops the server like a signal.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> UntilStoppedAsync(
        Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = OnFirst(PosixSignal.SIGTERM, stop);
        using var interrupt = OnFirst(PosixSignal.SIGINT, stop);
        try
        {
            await run(stop.Token);
            return ServerProcess.Stopped;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop before it had started.
            return ServerProcess.Stopped;
        }
        catch (SettingException exception)
        {
            await error.WriteLineAsync($"culvert: {exception.Message.ReplaceLineEndings(" ")}");
            return ServerProcess.BadOption;
        }
        catch (Exception exception) when (Explain(exception) is not null)
        {
            await error.WriteLineAsync($"culvert: {Explain(exception)?.ReplaceLineEndings(" ")}");
            return ServerProcess.Failed;
        }
    }

    /// <summary>Ends, without an exception, when the token is cancelled.</summary>
    public static async Task WaitAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Register(stopped.SetResult);
        await stopped.Task;
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

    /// <summary>
    /// What the person at the console can do something about; null for what is a fault of the program.
    /// </summary>
    private string? Explain(Exception exception) => exception switch
    {
        StoreOpenException or InvalidDataException or UnauthorizedAccessException => exception.Message,
        AddressInUseException or IOException { InnerException: AddressInUseException } =>
            $"cannot listen on {string.Join(" or ", listen)}: the address is already in use; "
            + $"stop the other program, or choose another port with {portOption}",
        IOException => exception.Message,
        SocketException => $"cannot listen on {string.Join(" or ", listen)}: {exception.Message}",
        _ => null,
    };
}
