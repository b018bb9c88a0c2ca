namespace Culvert.Chat.Assets;

/// <summary>One file of the pages, as it is and compressed. Immutable.</summary>
/// <param name="ContentType">With the charset where the type has one.</param>
/// <param name="Content">As it is.</param>
/// <param name="Brotli">RFC 7932; null when that is not smaller.</param>
internal sealed record Asset(string ContentType, byte[] Content, byte[]? Brotli);
