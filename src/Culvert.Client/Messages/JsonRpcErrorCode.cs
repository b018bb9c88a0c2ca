namespace Culvert.Client.Messages;

/// <summary>
/// The error codes of JSON-RPC 2.0 §5.1, and two of this library's. Plain numbers, because applications use others
/// beside these.
/// </summary>
public static class JsonRpcErrorCode
{
    /// <summary>The message is not JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>The JSON is no request.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>There is no such method.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>The parameters are not what the method takes.</summary>
    public const int InvalidParams = -32602;

    /// <summary>The method failed in a way that it did not foresee.</summary>
    public const int InternalError = -32603;

    /// <summary>More requests are under way than are allowed; try again later.</summary>
    public const int TooManyRequests = -32000;

    /// <summary>The request was cancelled by whoever made it, as the Language Server Protocol numbers it.</summary>
    public const int Cancelled = -32800;
}
