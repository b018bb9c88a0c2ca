using Culvert.Server.Connections;

namespace Culvert.Tests.Connections;

/// <summary>The same on a loop of our own, where the system has one.</summary>
public sealed class SocketPipeWriterOnLoopTests() : SocketPipeWriterTests(new SocketLoops());
