using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Culvert.Tests.Front;

/// <summary>For a front without an HTTP server behind it.</summary>
internal sealed class SharedPools : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => MemoryPool<byte>.Shared;
}
