namespace Culvert.Server.Pipes.Relaying;

/// <summary>The time as of the last sweep, so that no message asks the system for it.</summary>
internal sealed class RelayClock
{
    private long _milliseconds = 1;

    /// <summary>Milliseconds, monotonic, never 0.</summary>
    public long Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>For the sweep alone.</summary>
    public void Set(long milliseconds) => Volatile.Write(ref _milliseconds, milliseconds);
}
