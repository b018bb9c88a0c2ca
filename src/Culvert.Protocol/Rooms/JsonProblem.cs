namespace Culvert.Protocol.Rooms;

/// <summary>What is wrong with a piece of JSON.</summary>
public enum JsonProblem
{
    /// <summary>Nothing: it is one valid value.</summary>
    None,

    /// <summary>It is not exactly one JSON value (RFC 8259).</summary>
    Malformed,

    /// <summary>A text in it is not valid Unicode: broken UTF-8, or an escaped surrogate without its partner.</summary>
    InvalidText,

    /// <summary>It nests deeper than allowed.</summary>
    TooDeep,
}
