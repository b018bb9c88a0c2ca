namespace Culvert.Client.Following;

/// <summary>What to do about a line.</summary>
internal enum LineVerdict
{
    /// <summary>There is no whole line here; wait for more.</summary>
    None,

    /// <summary>Nothing: a heartbeat, or an event that was delivered before.</summary>
    Skip,

    /// <summary>Deliver it.</summary>
    Take,

    /// <summary>Deliver it; live events would begin after it.</summary>
    TakeAndCaughtUp,

    /// <summary>The server says goodbye.</summary>
    Bye,

    /// <summary>It cannot be read.</summary>
    Bad,
}
