using System.Reflection;

namespace ApiPages;

/// <summary>What the compiler calls a type or member in its XML file (C# standard, annex D.4.2).</summary>
internal static class MemberIds
{
    public static string Of(MemberInfo member) => member switch
    {
        Type type => "T:" + Name(type),
        MethodBase method => "M:" + Method(method),
        PropertyInfo property => $"P:{Owner(property)}.{property.Name}{Parameters(property.GetIndexParameters())}",
        FieldInfo field => $"F:{Owner(field)}.{field.Name}",
        EventInfo raised => $"E:{Owner(raised)}.{raised.Name}",
        _ => throw new ArgumentException($"There is no identifier for {member}.", nameof(member)),
    };

    private static string Method(MethodBase method)
    {
        var name = method.IsConstructor ? "#ctor" : method.Name;
        var arity = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        var result = method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion
            ? "~" + Argument(conversion.ReturnType)
            : "";
        return $"{Owner(method)}.{name}{arity}{Parameters(method.GetParameters())}{result}";
    }

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(p => Argument(p.ParameterType)))})";

    // Declared members have a declaring type.
    private static string Owner(MemberInfo member) => Name(member.DeclaringType!);

    // Only a type parameter has no full name.
    private static string Name(Type type) =>
        (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string Argument(Type type)
    {
        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        }

        if (type.IsByRef)
        {
            return Argument(type.GetElementType()!) + "@"; // A reference refers to something.
        }

        if (type.IsArray)
        {
            return Argument(type.GetElementType()!) + "[]"; // An array has elements.
        }

        if (!type.IsGenericType)
        {
            return Name(type);
        }

        var name = Name(type);
        var arguments = string.Join(',', type.GetGenericArguments().Select(Argument));
        return $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}{{{arguments}}}";
    }
}
