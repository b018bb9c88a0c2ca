using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>Which piece of a message it is; one may be both the first and the last.</summary>
/// <param name="Opcode">Of the message: text or binary.</param>
/// <param name="IsFirst">Whether it begins the message.</param>
/// <param name="IsLast">Whether it ends the message.</param>
internal readonly record struct MessagePiece(Opcode Opcode, bool IsFirst, bool IsLast);
