namespace Culvert.Server.Files;

/// <summary>Content codings, in the order in which this server prefers them when the client does not care.</summary>
internal enum Coding
{
    Brotli,
    Zstd,
    Gzip,
    Identity,
}
