using Culvert.Protocol.WebSockets;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>An upgrade request that passed all checks.</summary>
internal sealed record Admitted(Caller Caller, HandshakeResult Handshake);
