namespace Culvert.Server.Files;

/// <summary>What the conditions of a request come to.</summary>
internal enum Verdict
{
    Proceed,

    /// <summary>304.</summary>
    NotModified,

    /// <summary>412.</summary>
    Failed,
}
