namespace Culvert.Protocol.Http;

/// <summary>The options of Connection that a server acts on (RFC 9110 §7.6.1); others are passed over.</summary>
[Flags]
internal enum ConnectionOptions : byte
{
    None = 0,
    Close = 1,
    KeepAlive = 2,
    Upgrade = 4,
}
