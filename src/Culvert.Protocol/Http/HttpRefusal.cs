namespace Culvert.Protocol.Http;

/// <summary>
/// Why a request head is not accepted. Whoever answers a refusal must close the connection afterwards, always: either
/// the framing is in doubt, or a part of the request was not read and its end is not known (RFC 9112 §9.6).
/// </summary>
/// <param name="Status">
/// The status to answer with: 400, 405, 414, 417, 431, 501 or 505. With 405 the caller names the methods in Allow.
/// </param>
/// <param name="Why">
/// One plain sentence without anything of the request in it: safe for a page and for the log. A constant.
/// </param>
public readonly record struct HttpRefusal(int Status, string Why);
