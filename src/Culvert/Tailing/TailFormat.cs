namespace Culvert.Tailing;

/// <summary>How tail prints.</summary>
internal enum TailFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>The event lines as they came, one JSON object each.</summary>
    Json,
}
