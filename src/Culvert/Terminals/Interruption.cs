using System.Runtime.InteropServices;

namespace Culvert.Terminals;

/// <summary>Turns the first Ctrl-C or SIGTERM into a cancelled token; a second one ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Starts to listen.</summary>
    public Interruption()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Catch),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Catch),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>True when the signal was SIGTERM: a supervisor's wish, not a person's Ctrl-C.</summary>
    public bool ByTerminate { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Catch(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        // Without this the runtime would end the process as soon as the handlers have returned.
        context.Cancel = true;
        ByTerminate = context.Signal == PosixSignal.SIGTERM;
        _source.Cancel();
    }
}
