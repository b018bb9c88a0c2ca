namespace Culvert.Server.Files;

/// <summary>A piece of a body: some text, and then some bytes of the file. Either may be empty.</summary>
internal readonly record struct FilePart(ReadOnlyMemory<byte> Text, long Offset, long Length);
