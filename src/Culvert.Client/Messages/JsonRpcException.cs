using System.Text.Json;

namespace Culvert.Client.Messages;

/// <summary>
/// An error object of JSON-RPC 2.0 §5.1: thrown where a request was answered with one, and to be thrown by a handler
/// that wants to answer with one.
/// </summary>
public sealed class JsonRpcException : CulvertException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">One of <see cref="JsonRpcErrorCode"/>, or the application's own.</param>
    /// <param name="message">A short sentence; the other side sees it.</param>
    public JsonRpcException(int code, string message)
        : base(message, null)
    {
        Code = code;
    }

    /// <summary>What kind of error it is.</summary>
    public int Code { get; }

    /// <summary>What the other side added to it; undefined when nothing.</summary>
    public new JsonElement Data { get; init; }
}
