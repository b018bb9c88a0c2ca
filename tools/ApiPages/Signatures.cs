using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ApiPages;

/// <summary>Types and members as C# writes them.</summary>
internal static class Signatures
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(double)] = "double",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(short)] = "short",
        [typeof(string)] = "string",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
        [typeof(ushort)] = "ushort",
        [typeof(void)] = "void",
    };

    /// <summary>The name with its parameters: <c>TryReceive(TimeSpan, out Message?)</c>.</summary>
    public static string Title(MemberInfo member) => member switch
    {
        Type type => Name(type),
        ConstructorInfo constructor => $"{Bare(member.DeclaringType!.Name)}({ParameterTypes(constructor)})", // Has one.
        MethodInfo method => $"{method.Name}{Generics(method.GetGenericArguments())}({ParameterTypes(method)})",
        _ => member.Name,
    };

    /// <summary>A type's declaration.</summary>
    public static string Declaration(Type type)
    {
        var above = type.IsClass && type.BaseType != typeof(object) ? type.BaseType : null;
        var interfaces = type.IsEnum ? [] : type.GetInterfaces().Except(above?.GetInterfaces() ?? []);
        List<string> bases =
        [
            .. above is null ? Enumerable.Empty<string>() : [Name(above)],
            .. interfaces.Where(i => !IsOfRecords(i)).Select(i => Name(i)),
        ];
        var from = bases.Count > 0 ? " : " + string.Join(", ", bases) : "";
        return $"public {Kind(type)} {Name(type)}{from}";
    }

    /// <summary>A member's declaration.</summary>
    public static string Declaration(MemberInfo member)
    {
        var nullability = new NullabilityInfoContext();
        switch (member)
        {
            case FieldInfo { DeclaringType.IsEnum: true } field:
                return $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            case FieldInfo field:
                var constant = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
                var word = field.IsLiteral ? "const" : field.IsStatic ? "static readonly" : "readonly";
                return $"public {word} {Name(field.FieldType, nullability.Create(field))} {field.Name}{constant}";
            case EventInfo raised:
                var handler = Name(raised.EventHandlerType!, nullability.Create(raised)); // Every event has one.
                return $"public event {handler} {raised.Name}";
            case PropertyInfo property:
                return Property(property, nullability.Create(property));
            case MethodBase method:
                var result = method is MethodInfo { ReturnParameter: var value }
                    ? Name(value.ParameterType, nullability.Create(value)) + " "
                    : "";
                var parameters = method.GetParameters().Select(p => Parameter(p, nullability.Create(p)));
                var receiver = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
                var name = method.IsConstructor
                    ? Bare(method.DeclaringType!.Name) // Has one.
                    : method.Name + Generics(method.GetGenericArguments());
                return $"{Access(method)}{result}{name}({receiver}{string.Join(", ", parameters)})";
            default:
                return member.Name;
        }
    }

    /// <summary>A type where it is used.</summary>
    public static string Name(Type type, NullabilityInfo? nullability = null)
    {
        var mark = nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability); // A reference refers to something.
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}"; // An array has elements.
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        if (!type.IsGenericType)
        {
            return (Keywords.GetValueOrDefault(type) ?? type.Name) + mark;
        }

        var known = nullability?.GenericTypeArguments ?? [];
        var arguments = type.GetGenericArguments()
            .Select((a, i) => Name(a, i < known.Length ? known[i] : null))
            .ToList();
        return type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true
            ? $"({string.Join(", ", arguments)})"
            : $"{Bare(type.Name)}<{string.Join(", ", arguments)}>{mark}";
    }

    private static string Property(PropertyInfo property, NullabilityInfo nullability)
    {
        var getter = property.GetMethod is { } get && (get.IsPublic || get.IsFamily) ? " get;" : "";
        var setter = property.SetMethod is { } set && (set.IsPublic || set.IsFamily)
            ? IsInit(set) ? " init;" : " set;"
            : "";
        var index = property.GetIndexParameters() is [var only]
            ? $"this[{Name(only.ParameterType)} {only.Name}]"
            : property.Name;
        var access = Access(property.GetMethod ?? property.SetMethod!); // It has one of them.
        return $"{access}{Name(property.PropertyType, nullability)} {index} {{{getter}{setter} }}";
    }

    private static string Parameter(ParameterInfo parameter, NullabilityInfo nullability)
    {
        var way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var ending = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue) : "";
        return $"{way}{Name(parameter.ParameterType, nullability)} {parameter.Name}{ending}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string ParameterTypes(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        (p.IsOut ? "out " : p.IsIn ? "in " : p.ParameterType.IsByRef ? "ref " : "") + Name(p.ParameterType)));

    private static string Access(MethodBase method)
    {
        var access = method.IsPublic ? "public " : "protected ";
        if (method.IsStatic)
        {
            return access + "static ";
        }

        var overrides = method is MethodInfo { IsVirtual: true } actual && actual.GetBaseDefinition() != actual;
        return overrides ? access + "override " : access;
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
        {
            return "enum";
        }

        var prints = type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
        if (type.IsValueType)
        {
            var constant = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            return constant + (prints ? "record struct" : "struct");
        }

        var word = type.IsInterface ? "interface" : prints ? "record" : "class";
        return (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static " + word,
            (true, false) when !type.IsInterface => "abstract " + word,
            (false, true) => "sealed " + word,
            _ => word,
        };
    }

    private static bool IsOfRecords(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEquatable<>);

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Generics(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(a => a.Name))}>";

    private static string Bare(string name) => name.Split('`')[0];
}
