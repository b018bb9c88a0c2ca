namespace Culvert.IntegrationTests.BadInput;

/// <summary>What a connection has done before the request that a test is about.</summary>
public enum ConnectionKind
{
    /// <summary>Nothing: the front reads its first request.</summary>
    Fresh,

    /// <summary>A request for the application was answered on it, so the HTTP server owns it.</summary>
    Owned,

    /// <summary>As <see cref="Owned"/>, with both requests in one write.</summary>
    Pipelined,
}
