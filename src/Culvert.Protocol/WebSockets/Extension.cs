namespace Culvert.Protocol.WebSockets;

/// <summary>
/// One element of <c>Sec-WebSocket-Extensions</c> (RFC 6455 §9.1); a parameter without "=" has a null value.
/// </summary>
internal sealed record Extension(string Name, IReadOnlyList<(string Name, string? Value)> Parameters)
{
    public bool RepeatsParameter()
    {
        for (var index = 1; index < Parameters.Count; index++)
        {
            for (var earlier = 0; earlier < index; earlier++)
            {
                if (Parameters[earlier].Name == Parameters[index].Name)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
