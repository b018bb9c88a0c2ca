using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

/// <summary>A connection whose test waits for every send.</summary>
internal sealed class EchoingOutlet : Outlet
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next send.</summary>
    public Task NextAsync()
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _next, next);
        return next.Task;
    }

    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        Volatile.Read(ref _next).TrySetResult();
        return SendResult.Sent;
    }
}
