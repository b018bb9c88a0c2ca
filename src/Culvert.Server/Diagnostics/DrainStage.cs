namespace Culvert.Server.Diagnostics;

/// <summary>The order in which a stopping server works through its <see cref="IDrainStep"/>s.</summary>
internal enum DrainStage
{
    /// <summary>Peers are told: close frames, last chunks, <c>bye</c> events. Listeners still stand.</summary>
    TellPeers = 0,

    /// <summary>The listeners are closed and requests have ended: what was accepted is committed.</summary>
    FinishWork = 1,

    /// <summary>Nothing writes any more: stores and buses close.</summary>
    CloseStores = 2,
}
