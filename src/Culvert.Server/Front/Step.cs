namespace Culvert.Server.Front;

/// <summary>What the gate has to do next, after it has looked at what is there.</summary>
internal enum Step
{
    /// <summary>Send what was answered, and wait for more.</summary>
    Read,

    /// <summary>Send what was answered, and look again: more requests are here.</summary>
    Flush,

    /// <summary>Send an answer that is too large for the batch.</summary>
    Send,

    /// <summary>Make an answer, which may take the disk.</summary>
    Make,

    /// <summary>Say why the request is no good, and end.</summary>
    Refuse,

    /// <summary>Send what was answered, and end.</summary>
    Close,

    /// <summary>Leave the request to the application.</summary>
    Pass,
}
