namespace Culvert.Server.Diagnostics;

/// <summary>Says that the server is about to stop. Safe for concurrent use.</summary>
internal sealed class Draining : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>True from the first stop signal on: refuse new long-lived work with a hint to come back.</summary>
    public bool IsDraining => _source.IsCancellationRequested;

    /// <summary>Fires at the first stop signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Raises the flag. Calling again does nothing.</summary>
    public void Begin() => _source.Cancel();

    public void Dispose() => _source.Dispose();
}
