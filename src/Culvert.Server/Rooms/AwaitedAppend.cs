using System.Diagnostics.CodeAnalysis;

namespace Culvert.Server.Rooms;

/// <summary>An append whose sender awaits the outcome.</summary>
internal sealed class AwaitedAppend : Append
{
    // The continuation is a request handler: it must not run on the commit loop.
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [SetsRequiredMembers]
    public AwaitedAppend(Room room, Caller caller, Act act, bool ownOnly)
        : base(room, caller, act, ownOnly)
    {
    }

    public Task Done => _done.Task;

    public override void Complete() => _done.TrySetResult();
}
