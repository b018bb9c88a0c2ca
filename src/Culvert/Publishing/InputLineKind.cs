namespace Culvert.Publishing;

/// <summary>What a line of input is.</summary>
internal enum InputLineKind
{
    /// <summary>A text to publish.</summary>
    Text,

    /// <summary>Longer than any message may be; only its number is known.</summary>
    TooLong,

    /// <summary>Not UTF-8.</summary>
    NotUtf8,
}
