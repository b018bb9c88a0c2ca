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
/// SIGINT, SIGTERM and SIGKILL, with <see cref="Patience"/> before each. An abort leaves the input open, so that the
/// program cannot take it for an end, and begins with SIGINT.
/// </remarks>
internal sealed class ExecLeg : StreamLeg
{
    // Becomes the leader of a new group before it becomes the shell, so that signals reach what the shell started.
    private const string GroupLeader = "/usr/bin/setsid";
    private const int FirstSignalCode = 128;

    private readonly Lock _gate = new();
    private readonly Process _process;
    private readonly Stream _input;
    private readonly TimeProvider _time;
    private Task? _ending;
    private bool _isFinished;
    private string? _endNote;

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

    public override string? EndNote => _endNote;

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

    public override void Abort() => _ = EndAsync(isAborted: true);

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await EndAsync(isAborted: false);
    }

    protected override async ValueTask<bool> IsProperEndAsync(bool broke)
    {
        if (Volatile.Read(ref _ending) is not null || !await HasExitedAsync())
        {
            // We made it end, or it closed its output and goes on.
            return !broke && Volatile.Read(ref _ending) is null;
        }

        _endNote = Note(_process.ExitCode);
        return !broke && _process.ExitCode == 0;
    }

    /// <summary>Whoever comes first begins it; all get the same task, and disposal awaits it.</summary>
    private Task EndAsync(bool isAborted)
    {
        lock (_gate)
        {
            return _ending ??= Task.Run(() => RunLadderAsync(isAborted));
        }
    }

    private async Task RunLadderAsync(bool isAborted)
    {
        if (!isAborted && !_isFinished)
        {
            await CloseInputAsync();
        }

        var hasExited = !isAborted && await HasExitedAsync();
        foreach (var signal in (int[])[ChildSignal.Interrupt, ChildSignal.Terminate, ChildSignal.Kill])
        {
            if (hasExited)
            {
                break;
            }

            ChildSignal.Send(_process.Id, signal);
            hasExited = await HasExitedAsync();
        }

        // What the program left running may hold its output open; nobody waits for that.
        await CloseInputAsync();
        await _process.StandardOutput.BaseStream.DisposeAsync();
        await Reading.WaitAsync(Patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

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

    /// <summary>A shell reports a signal n as 128 + n, as the runtime does.</summary>
    private static string Note(int code) => code > FirstSignalCode
        ? string.Create(CultureInfo.InvariantCulture, $"signal {code - FirstSignalCode}")
        : string.Create(CultureInfo.InvariantCulture, $"exit {code}");
}
