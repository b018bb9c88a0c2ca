namespace Culvert.Server.Accounts;

/// <summary>
/// Metadata of endpoints that open a stream or a WebSocket: only there may <c>?ticket=</c> say who is asking.
/// </summary>
internal sealed class AcceptsTicket
{
    public static readonly AcceptsTicket Instance = new();
}
