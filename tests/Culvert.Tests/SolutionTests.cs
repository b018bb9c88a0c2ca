namespace Culvert.Tests;

public sealed class SolutionTests
{
    [Fact]
    public void The_protocol_references_nothing_but_the_base_class_library()
    {
        var assembly = typeof(object).Assembly;

        Assert.NotNull(assembly);
    }
}
