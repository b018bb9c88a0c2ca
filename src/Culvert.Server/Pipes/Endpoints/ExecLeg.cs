using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>
/// Standard input and output of a program, run by <c>/bin/sh -c</c> in a process group of its own; its standard error
/// is that of this process.
/// </summary>
/// <remarks>
/// It ends properly when the program exits with 0. At our end the program's input is closed; if it stays, it gets
/// SIGINT, SIGTERM and SIGKILL, with <see cref="Patience"/> before each.
/// </remarks>
internal sealed class ExecLeg : StreamLeg
{
    // Becomes the leader of a new group before it becomes the shell, so that signals reach what the shell started.
    private const string GroupLeader = "/usr/bin/setsid";
    private const int FirstSignalCode = 128;

    private readonly Process _process;
    private readonly Stream _input;
    private readonly TimeProvider _time;
    private int _isClosed;
    private bool _isFinished;

    private ExecLeg(Process process, string name, TimeProvider time)
        : base(process.StandardInput.BaseStream)
    {
        _process = process;
        _input = process.StandardInput.BaseStream;
        _time = time;
        Name = name;
        Read(process.StandardOutput.BaseStream, waitsFirst: false);
    }

    /// <summary>How long the program has before the next, stronger signal.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    public override string Name { get; }

    public override string? EndNote => Note();

    /// <summary>Starts the program.</summary>
    /// <exception cref="EndpointException">There is no shell.</exception>
    public static ExecLeg Start(Endpoint endpoint, TimeProvider time)
    {
        string[] shell = ["/bin/sh", "-c", endpoint.Path];
        string[] words = File.Exists(GroupLeader) ? [GroupLeader, .. shell] : shell;
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            var process = Process.Start(start) ?? throw new Win32Exception();
            return new ExecLeg(process, endpoint.Name, time);
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException)
        {
            throw new EndpointException(
                EndpointFailure.CannotStart, $"{endpoint.Name}: {words[0]} did not start: {exception.Message}");
        }
    }

    public override ValueTask FinishAsync()
    {
        _isFinished = true;
        return CloseInputAsync();
    }

    public override void Abort()
    {
        if (Volatile.Read(ref _isClosed) == 0 && !_process.HasExited)
        {
            ChildSignal.Send(_process.Id, ChildSignal.Kill);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _isClosed) != 0)
        {
            return;
        }

        await Input.CompleteAsync();
        if (!_isFinished)
        {
            await CloseInputAsync();
        }

        var hasExited = await HasExitedAsync();
        foreach (var signal in (int[])[ChildSignal.Interrupt, ChildSignal.Terminate, ChildSignal.Kill])
        {
            if (hasExited)
            {
                break;
            }

            ChildSignal.Send(_process.Id, signal);
            hasExited = await HasExitedAsync();
        }

        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            // What the program left running may hold its output open; nobody waits for that.
            await _process.StandardOutput.BaseStream.DisposeAsync();
            await Reading.WaitAsync(Patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _process.Dispose();
        }
    }

    protected override async ValueTask<bool> IsProperEndAsync(bool broke) =>
        await HasExitedAsync() ? !broke && _process.ExitCode == 0 : !broke;

    private async ValueTask CloseInputAsync()
    {
        try
        {
            await _input.DisposeAsync();
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The program had closed it first.
        }
    }

    private async Task<bool> HasExitedAsync()
    {
        using var limit = new CancellationTokenSource(Patience, _time);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private string? Note()
    {
        if (Volatile.Read(ref _isClosed) != 0 || !_process.HasExited)
        {
            return null;
        }

        // A shell reports a signal n as 128 + n, as the runtime does.
        var code = _process.ExitCode;
        return code > FirstSignalCode
            ? string.Create(CultureInfo.InvariantCulture, $"signal {code - FirstSignalCode}")
            : string.Create(CultureInfo.InvariantCulture, $"exit {code}");
    }
}
