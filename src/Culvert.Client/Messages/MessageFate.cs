namespace Culvert.Client.Messages;

/// <summary>What becomes of a message of which only a part has come.</summary>
internal enum MessageFate
{
    /// <summary>Nobody has asked for it yet.</summary>
    Open,

    /// <summary>It is gathered, and received in one.</summary>
    Whole,

    /// <summary>A reader has it, piece by piece.</summary>
    Pieces,

    /// <summary>Nobody will ask for it: the connection ends.</summary>
    Dropped,
}
