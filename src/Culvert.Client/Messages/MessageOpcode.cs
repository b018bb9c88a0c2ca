using System.Text.Unicode;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>A message's kind as the protocol writes it.</summary>
internal static class MessageOpcode
{
    /// <exception cref="ArgumentException">
    /// A text that is not UTF-8: the other side would end the connection.
    /// </exception>
    public static Opcode Of(MessageKind kind, ReadOnlySpan<byte> data) => kind switch
    {
        MessageKind.Binary => Opcode.Binary,
        MessageKind.Text when Utf8.IsValid(data) => Opcode.Text,
        MessageKind.Text => throw new ArgumentException("The text is not valid UTF-8.", nameof(data)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A message is text or binary."),
    };
}
